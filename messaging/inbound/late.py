"""Messages whose webhook was not answered.

The provider tries a webhook once or twice and then gives up, but it keeps the message: so each
sender's messages are asked for again, always a few minutes later, and after an outage from where
the asking had stopped. What is in the log is left out; the rest is taken in, oldest first, as the
webhook would have been, but for the answer: there is no request that could carry it.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone

from messaging.inbound.receive import log_failure, receive
from messaging.inbound.store import known_sids
from messaging.inbound.types import Arrival
from messaging.models import Account, Sender
from messaging.providers.base import UNKNOWN_ADDRESS, NotConfigured, ProviderUnavailable

logger = logging.getLogger(__name__)

# One task's share of a tick; the next goes on.
SECONDS = 25.0
# What is younger may still be on its way through the webhook, with its answer.
ON_ITS_WAY = timedelta(minutes=3)
# How often a sender is asked about, at most.
EVERY = timedelta(minutes=5)
# The provider's list may lag a little behind.
OVERLAP = timedelta(minutes=2)
# How far back a sender is asked about that never was.
AT_FIRST = timedelta(hours=24)
# So many messages are asked for at once. The list begins with the newest, and they are taken in
# from the oldest: so where there are more, a shorter span of time is asked for.
MOST = 1_000
LONGEST, SHORTEST = timedelta(days=1), timedelta(seconds=1)


def receive_missed(seconds: float = SECONDS) -> int:
    """Take in what every sender has missed, for about so long; return how many messages.

    An account that cannot be asked does not hold up the others. Raises NotConfigured or
    ProviderUnavailable when none could be: the next call goes on where this one stopped, after days
    too.
    """
    now, deadline = timezone.now(), time.monotonic() + seconds
    taken, asked = 0, False
    away: dict[Account, NotConfigured | ProviderUnavailable] = {}
    for sender in due(now):
        if sender.account in away:
            continue
        try:
            taken += _receive_missed_of(sender, now - ON_ITS_WAY, deadline)
            asked = True
        except (NotConfigured, ProviderUnavailable) as error:
            away[sender.account] = error
    if taken:
        logger.warning("Took in %d messages that had not come by the webhook.", taken)
    if away and not asked:
        raise next(iter(away.values()))
    return taken


def due(now: datetime) -> Iterable[Sender]:
    """The senders that were not asked about lately, longest ago first."""
    waiting = Q(asked_until__isnull=True) | Q(asked_until__lt=now - ON_ITS_WAY - EVERY)
    known = Sender.objects.filter(waiting).exclude(address=UNKNOWN_ADDRESS)
    return known.select_related("account").order_by("asked_until", "pk")


def _receive_missed_of(sender: Sender, until: datetime, deadline: float) -> int:
    """Walk from where the sender was left to `until`, or as far as the time goes."""
    since = sender.asked_until - OVERLAP if sender.asked_until else until - AT_FIRST
    span, taken = LONGEST, 0
    while since < until and time.monotonic() < deadline:
        end = min(since + span, until)
        limit = MOST if span > SHORTEST else None
        found = _listed(sender, since, end, limit)
        if found is None:
            span = max(span / 8, SHORTEST)
            continue
        ours = [replace(one, is_late=True, account_id=sender.account_id) for one in found]
        came, since = _take_in(ours, end, deadline)
        taken += came
        _note(sender, since)
        span = min(2 * span, LONGEST)
    return taken


@async_to_sync
async def _listed(
    sender: Sender, since: datetime, until: datetime, limit: int | None
) -> list[Arrival] | None:
    async with sender.account.gateway() as gateway:
        return await gateway.list_received(sender.channel, sender.address, since, until, limit)


def _take_in(arrivals: Sequence[Arrival], end: datetime, deadline: float) -> tuple[int, datetime]:
    """Take in the unknown ones in order; return how many, and the moment up to which all are in."""
    known = known_sids(arrivals)
    taken = 0
    for arrival in arrivals:
        if arrival.sid in known:
            continue
        if time.monotonic() > deadline:
            return taken, arrival.at
        _receive(arrival)
        taken += 1
    return taken, end


def _receive(arrival: Arrival) -> None:
    """Take a message in; one that can never be stored does not hold up those after it."""
    try:
        receive(arrival)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseTrouble as error:
        log_failure(arrival.sid, error)


def _note(sender: Sender, moment: datetime) -> None:
    """All until then is taken in. Another worker may be further."""
    behind = Q(asked_until__isnull=True) | Q(asked_until__lt=moment)
    Sender.objects.filter(behind, pk=sender.pk).update(asked_until=moment)

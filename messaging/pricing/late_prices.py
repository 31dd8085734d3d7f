"""Fetching what the provider bills: it tells a price some time after a message left.

The provider is asked for lists of a thousand messages, not for each message. What has no price
after the last round stays without one.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from time import monotonic

from asgiref.sync import async_to_sync
from django.utils import timezone

from messaging.models import Account, Message
from messaging.models.querysets import MessageQuerySet
from messaging.outbound_log import PRICE_LIMIT
from messaging.pricing.models import PriceRound
from messaging.providers.base import NotConfigured, ProviderMessage, ProviderUnavailable
from messaging.states import AccountStatus
from waproject.core.db.bulk_lookup import Among

logger = logging.getLogger(__name__)

# So old is a message in each round: the provider mostly knows within the hour.
ROUNDS = (timedelta(hours=1), timedelta(hours=24), timedelta(hours=72))
# A new account's messages are asked about from here on, and none that is older than that.
OLDEST = timedelta(days=4)
# So many messages without a price make a stretch, which is listed as a whole.
STEP = 20_000
# Between our moment of a message and the provider's.
BEFORE, AFTER = timedelta(minutes=1), timedelta(minutes=10)
ENOUGH_SECONDS = 10.0
CURRENCY_LENGTH = 3


@dataclass(frozen=True)
class Listing:
    """What the provider listed, the newest first. `oldest` is the last moment; `is_whole`: all."""

    messages: list[ProviderMessage]
    oldest: datetime | None
    is_whole: bool


def fetch_prices(seconds: float = ENOUGH_SECONDS) -> int:
    """Note the prices of messages whose turn it is, for about so long; return how many came.

    Without a message that lacks its price nobody is asked. Each round of each account has its share
    of the time, and every minute another account begins.
    """
    deadline = monotonic() + seconds
    accounts = list(Account.objects.exclude(status=AccountStatus.DISCONNECTED).order_by("pk"))
    first = int(timezone.now().timestamp() // 60) % (len(accounts) or 1)
    turns = [
        (one, number)
        for one in accounts[first:] + accounts[:first]
        for number in range(len(ROUNDS))
    ]
    found, failing = 0, set()
    for place, (account, number) in enumerate(turns):
        now = monotonic()
        if now >= deadline or account.pk in failing:
            continue
        try:
            found += _walk(account, number, now + (deadline - now) / (len(turns) - place))
        except (NotConfigured, ProviderUnavailable):
            failing.add(account.pk)  # at the next tick the round goes on where it is
    return found


def _walk(account: Account, number: int, deadline: float) -> int:
    """One account's messages of one round, as far as time allows; one page of a list at least."""
    now = timezone.now()
    end = now - ROUNDS[number]
    mark, _is_new = PriceRound.objects.get_or_create(
        account=account, number=number, defaults={"upto": now - OLDEST}
    )
    found = 0
    while mark.upto < end and monotonic() < deadline:
        found += _list_stretch(mark, max(mark.upto, now - OLDEST), end, deadline)
    return found


def _list_stretch(mark: PriceRound, after: datetime, end: datetime, deadline: float) -> int:
    """List the messages of a stretch, or what a former run left of it; move the mark.

    A stretch that takes longer than there is time is left where its list stopped.
    """
    until = mark.stretch_end or _stretch_end(mark.account, after, end)
    lacking = _lacking(mark.account, after, until)
    first = lacking.values_list("created_at", flat=True).first()
    listing = Listing([], None, is_whole=True)
    if first is not None:
        bound = mark.listed_to or until + AFTER
        listing = _listed(mark.account, first - BEFORE, bound, deadline)
    if listing.is_whole or listing.oldest is None:
        mark.upto, mark.stretch_end, mark.listed_to = until, None, None
    else:
        mark.stretch_end, mark.listed_to = until, _further(mark.listed_to, listing.oldest)
    found = _note(listing.messages)
    mark.save(update_fields=["upto", "stretch_end", "listed_to"])
    return found


def _further(before: datetime | None, oldest: datetime) -> datetime:
    """Down to where is listed now: further than before, whatever the provider's order is.

    Lists go by whole seconds. Of more than a page within one second the rest is asked about in the
    next round.
    """
    return oldest if before is None else min(oldest, before - timedelta(seconds=1))


def _stretch_end(account: Account, after: datetime, end: datetime) -> datetime:
    """The moment of the last message of a stretch that begins there."""
    moments = _lacking(account, after, end).values_list("created_at", flat=True)
    return moments[STEP - 1 : STEP].first() or end


def _lacking(account: Account, after: datetime, until: datetime) -> MessageQuerySet:
    """The account's messages of a stretch of time that have no price, the oldest first."""
    rows = Message.objects.filter(
        account=account, created_at__gt=after, created_at__lte=until, price__isnull=True
    )
    lacking: MessageQuerySet = rows.filter(message_sid__isnull=False).order_by("created_at")
    return lacking


@async_to_sync
async def _listed(account: Account, since: datetime, until: datetime, deadline: float) -> Listing:
    """What has a price, page by page until the time is over, or the provider answers no more.

    Raises NotConfigured, and ProviderUnavailable where not even one page came.
    """
    messages: list[ProviderMessage] = []
    oldest: datetime | None = None
    async with account.gateway() as gateway:
        try:
            async for page in gateway.list_sent(since, until):
                messages.extend(one for one in page if one.price is not None)
                moments = [oldest, *(one.date_sent for one in page)]
                oldest = min(filter(None, moments), default=None)
                if monotonic() >= deadline:
                    return Listing(messages, oldest, is_whole=False)
        except ProviderUnavailable:
            if oldest is None:
                raise
            return Listing(messages, oldest, is_whole=False)
    return Listing(messages, oldest, is_whole=True)


def _note(messages: Iterable[ProviderMessage]) -> int:
    """Write down the prices that are known now; return of how many messages."""
    sids: defaultdict[tuple[Decimal, str], list[str]] = defaultdict(list)
    for price, one in _sound(messages):
        sids[price, one.price_unit].append(one.sid)
    # Most messages cost the same, so these are few statements.
    return sum(
        Message.objects.filter(Among("message_sid", str, several), price__isnull=True).update(
            price=price, price_unit=unit
        )
        for (price, unit), several in sids.items()
    )


def _sound(messages: Iterable[ProviderMessage]) -> Iterator[tuple[Decimal, ProviderMessage]]:
    """Those whose price can be stored: one that cannot must not keep the others from it."""
    odd = 0
    for one in messages:
        price = one.price
        is_named = len(one.price_unit) <= CURRENCY_LENGTH and one.sid.isprintable()
        if price is not None and price.is_finite() and 0 <= price < PRICE_LIMIT and is_named:
            yield price, one
        else:
            odd += 1
    if odd:
        logger.warning("The provider listed %d messages with a price that no table holds.", odd)

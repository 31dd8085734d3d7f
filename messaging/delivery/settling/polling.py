"""Asking the provider what became of sent messages whose callbacks stay away."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.utils import timezone

from messaging.delivery.sources import POLLING
from messaging.models import Message
from messaging.outbound_log import record_price
from messaging.providers.base import NotConfigured, ProviderMessage, ProviderUnavailable
from messaging.providers.gateways import Gateways
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from waproject.core.text.errors import kind_and_place

logger = logging.getLogger(__name__)

# One tick's share, so that the tick's other work does not wait for it.
POLL_SECONDS = 5.0
BATCH = 100
AT_ONCE = 20
# Longer than this nobody asks: what is undelivered by then stays as it was last heard of.
POLL_FOR = timedelta(hours=48)


def poll(seconds: float = POLL_SECONDS) -> int:
    """Bring silent messages up to date for about so long; return how many were asked about.

    Costs one look at a small index when no message is silent.
    """
    deadline = time.monotonic() + seconds
    asked = 0
    while silent := take_silent(timezone.now(), BATCH):
        async_to_sync(_ask_all)(silent)
        asked += len(silent)
        if time.monotonic() > deadline:
            break
    return asked


@transaction.atomic
def take_silent(now: datetime, limit: int) -> list[Message]:
    """The messages whose turn it is, longest silent first; each gets its next turn.

    The next turn comes after as long again as the message has been silent, so that a second
    worker leaves them alone, a failure is tried again, and the old ones are asked about rarely.
    After POLL_FOR there is none.
    """
    news = Message.objects.without_news(now).order_by("poll_at")
    rows = news.select_related("account")
    silent = list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
    for one in silent:
        one.poll_at = next_turn(one.created_at, now)
    Message.objects.bulk_update(silent, ["poll_at"], batch_size=BATCH)
    return silent


def next_turn(sent_at: datetime, now: datetime) -> datetime | None:
    """When a message that is still silent now is asked about again; None when no more."""
    silence = now - sent_at
    return None if silence >= POLL_FOR else min(now + silence, sent_at + POLL_FOR)


async def _ask_all(silent: Sequence[Message]) -> None:
    room = asyncio.Semaphore(AT_ONCE)
    async with Gateways() as gateways:
        await asyncio.gather(*(_ask(gateways, one, room) for one in silent))


async def _ask(gateways: Gateways, silent: Message, room: asyncio.Semaphore) -> None:
    async with room:
        if silent.account is None:
            return  # its account was deleted
        try:
            gateway = await gateways.of(silent.account)
            message = await gateway.fetch(silent.message_sid or "")
        except (NotConfigured, ProviderUnavailable):
            return  # its next turn is set already
    if message is None:
        return
    try:
        await sync_to_async(apply_poll)(message)
    except Exception as error:
        # The answers about the others count all the same; its next turn is set already.
        logger.error(
            "What the provider says of message %s could not be written down: %s",
            silent.pk,
            kind_and_place(error),
        )


def apply_poll(message: ProviderMessage) -> None:
    """Apply the provider's present knowledge of a message, its price too."""
    apply_status(
        StatusReport(
            sid=message.sid,
            status=message.status,
            error_code=message.error_code,
            source=POLLING,
        )
    )
    if message.price is not None:
        record_price(message.sid, message.price, message.price_unit)

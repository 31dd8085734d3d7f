"""Finding out what became of the uncertain: by the callback, or by asking the provider."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.utils import timezone

from contacts.phones.keys import spellings
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.models import Delivery, DeliveryQuerySet
from messaging.delivery.reasons import NotSent, why
from messaging.delivery.settling.error_actions import lock_people
from messaging.delivery.settling.settlement import REFUSALS_MOST, record_accepted
from messaging.delivery.sources import POLLING, Bulletin
from messaging.delivery.states import DeliveryState
from messaging.delivery.waking import ring
from messaging.models import Message
from messaging.providers.base import (
    MessageOrigin,
    NotConfigured,
    ProviderMessage,
    ProviderUnavailable,
)
from messaging.providers.gateways import Gateways
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from waproject.core.db.retry import persistently

ASK_MOST = 100
# The provider's clock and ours may differ by this much.
CLOCK_MARGIN = timedelta(seconds=30)
ASK_AGAIN = timedelta(seconds=15)


def reconcile(limit: int = ASK_MOST) -> int:
    """Settle up to `limit` uncertain deliveries of any sender; return how many were asked for."""

    async def go() -> int:
        async with Gateways() as gateways:
            return await reconcile_due(gateways, limit=limit)

    if not askable(timezone.now()).exists():
        return 0
    return async_to_sync(go)()


async def reconcile_due(
    gateways: Gateways, *, sender_id: int | None = None, limit: int = ASK_MOST
) -> int:
    """Ask the provider about uncertain deliveries whose time has come; return how many."""
    rows = await sync_to_async(_due)(sender_id, limit)
    await asyncio.gather(*(_ask(gateways, one) for one in rows))
    return len(rows)


def askable(now: datetime) -> DeliveryQuerySet:
    """Uncertain deliveries for which the provider's silence would mean "never accepted" by now."""
    return Delivery.objects.uncertain().filter(lease_until__lte=now)


def _due(sender_id: int | None, limit: int) -> list[Delivery]:
    rows = (
        askable(timezone.now())
        .select_related("stream__sender__account", "template_version")
        .order_by("lease_until")
    )
    if sender_id is not None:
        rows = rows.filter(stream__sender=sender_id)
    return list(rows[:limit])


async def _ask(gateways: Gateways, delivery: Delivery) -> None:
    since = (delivery.claimed_at or delivery.due_at) - CLOCK_MARGIN
    channel = delivery.stream.sender.channel
    messages: list[ProviderMessage] = []
    try:
        gateway = await gateways.of(delivery.stream.sender.account)
        # The provider may know the number in its own spelling, and would find nothing in ours.
        for phone in spellings(delivery.address):
            messages += await gateway.list_messages(phone, since, channel)
    except (NotConfigured, ProviderUnavailable):
        await sync_to_async(_ask_again_later)(delivery)
        return
    await sync_to_async(resolve)(delivery, messages)


def _ask_again_later(delivery: Delivery) -> None:
    later = timezone.now() + ASK_AGAIN
    Delivery.objects.uncertain().filter(pk=delivery.pk).update(lease_until=later)


@persistently
@transaction.atomic
def resolve(delivery: Delivery, messages: Sequence[ProviderMessage]) -> None:
    """Settle an uncertain delivery from the provider's list of messages to that address.

    The message is there: accepted, with its sid and present status. It is not: the request was
    never accepted, and the delivery waits again. Nothing is done to a delivery that a callback or
    another worker has settled meanwhile.
    """
    row = Delivery.objects.uncertain().filter(pk=delivery.pk, claimed_at=delivery.claimed_at)
    # The message may turn out to have failed, and the person is locked before the delivery.
    lock_people([(delivery.contact_id, delivery.address)])
    if not row.select_for_update(of=("self",)).first():
        return
    found = _matching(delivery, messages)
    now = timezone.now()
    if found is not None:
        record_accepted([(Claimed.of(delivery), found.sid, now)], origin=POLLING)
        apply_status(
            StatusReport(
                sid=found.sid,
                status=found.status,
                error_code=found.error_code,
                at=now,
                source=POLLING,
            )
        )
    elif delivery.attempts < REFUSALS_MOST:
        row.advance(DeliveryState.WAITING, due_at=now, claimed_at=None, lease_until=None)
        ring(delivery.stream.sender_id)
    else:
        row.delete()
        bulletin = Bulletin(POLLING)
        failed = Claimed.of(delivery).change(now, why=why(NotSent.TOO_BUSY))
        bulletin.of(delivery.stream.kind).failed.append(failed)
        bulletin.tell()


def _matching(delivery: Delivery, messages: Sequence[ProviderMessage]) -> ProviderMessage | None:
    """The message that this delivery's request became, None when there is none.

    Only what came as a request can be: the answers to people's own messages have no
    sid in the log until their first status, and would pass for it. A message whose sid is in the
    log belongs to another request. Of the rest, one with our very text is ours; one with another
    text is ours when no other open request to this address has a text more like it (a template's
    text is filled in by the provider and may differ in spaces).
    """
    outbound = [one for one in messages if one.origin == MessageOrigin.REQUEST]
    logged = set(
        Message.objects.filter(message_sid__in=[one.sid for one in outbound]).values_list(
            "message_sid", flat=True
        )
    )
    sender = delivery.stream.sender
    candidates = [
        one
        for one in sorted(outbound, key=lambda one: one.date_created)
        if one.sid not in logged and (sender.messaging_service_sid or one.from_ == sender.address)
    ]
    same_text = [one for one in candidates if one.body == delivery.body]
    if same_text:
        return same_text[0]
    rivals = Delivery.objects.in_hand().filter(address=delivery.address).exclude(pk=delivery.pk)
    texts = list(rivals.values_list("body", flat=True)) if candidates else []
    for one in candidates:
        ours = _likeness(one.body, delivery.body)
        if all(_likeness(one.body, text) <= ours for text in texts):
            return one
    return None


def _likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()

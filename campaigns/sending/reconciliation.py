"""Finding out what became of the uncertain: by the callback, or by asking the provider."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.querysets import RecipientQuerySet
from campaigns.sending import consequences
from campaigns.sending.settlement import REFUSALS_MOST, record_accepted
from campaigns.sending.slots import next_chance
from campaigns.states import OPEN, CampaignStatus, RecipientStatus, StatusSource
from campaigns.transitions import move
from contacts.phone_keys import spellings
from messaging.daily_limit import free_of_charge
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
    """Settle up to `limit` uncertain recipients of any campaign; return how many were asked for."""

    async def go() -> int:
        async with Gateways() as gateways:
            return await reconcile_due(gateways, limit=limit)

    if not askable(timezone.now()).exists():
        return 0
    return async_to_sync(go)()


async def reconcile_due(
    gateways: Gateways, *, campaign_id: int | None = None, limit: int = ASK_MOST
) -> int:
    """Ask the provider about uncertain recipients whose time has come; return how many."""
    rows = await sync_to_async(_due)(campaign_id, limit)
    await asyncio.gather(*(_ask(gateways, one) for one in rows))
    return len(rows)


def askable(now: datetime) -> RecipientQuerySet:
    """Uncertain recipients for whom the provider's silence would mean "never accepted" by now."""
    since = now - timedelta(seconds=settings.RECONCILE_AFTER_SECONDS)
    return Recipient.objects.uncertain().filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now), uncertain_at__lte=since
    )


def _due(campaign_id: int | None, limit: int) -> list[Recipient]:
    rows = askable(timezone.now()).order_by("uncertain_at")
    rows = rows.select_related("campaign__sender__account")
    if campaign_id is not None:
        rows = rows.filter(campaign=campaign_id)
    return list(rows[:limit])


async def _ask(gateways: Gateways, recipient: Recipient) -> None:
    since = (recipient.claimed_at or recipient.created_at) - CLOCK_MARGIN
    channel = recipient.campaign.sender.channel
    messages: list[ProviderMessage] = []
    try:
        gateway = await gateways.of(recipient.campaign.sender.account)
        # The provider may know the number in its own spelling, and would find nothing in ours.
        for phone in spellings(recipient.phone):
            messages += await gateway.list_messages(phone, since, channel)
    except (NotConfigured, ProviderUnavailable):
        await sync_to_async(_ask_again_later)(recipient)
        return
    await sync_to_async(resolve)(recipient, messages)


def _ask_again_later(recipient: Recipient) -> None:
    Recipient.objects.uncertain().filter(pk=recipient.pk).update(
        not_before=timezone.now() + ASK_AGAIN
    )


@persistently
@transaction.atomic
def resolve(recipient: Recipient, messages: Sequence[ProviderMessage]) -> None:
    """Settle an uncertain recipient from the provider's list of messages to that address.

    The message is there: sent, with its sid and present status. It is not: the request was never
    accepted, and the recipient is pending again. Nothing is done to a recipient that a callback
    or another worker has settled meanwhile.
    """
    row = Recipient.objects.filter(
        pk=recipient.pk,
        status=RecipientStatus.UNCERTAIN,
        uncertain_at=recipient.uncertain_at,
    )
    # The message may turn out to have failed, and the person is locked before the recipient.
    consequences.lock_people([recipient])
    if not row.select_for_update(of=("self",)).first():
        return
    found = _matching(recipient, messages)
    now = timezone.now()
    if found is not None:
        record_accepted(
            recipient.campaign, [(recipient, found.sid, now)], source=StatusSource.POLLING
        )
        apply_status(
            StatusReport(
                sid=found.sid,
                status=found.status,
                error_code=found.error_code,
                at=now,
                source=StatusSource.POLLING.value,
            )
        )
    elif recipient.attempts < REFUSALS_MOST:
        move(
            row,
            RecipientStatus.PENDING,
            at=now,
            source=StatusSource.POLLING,
            metadata={"cause": "unknown to the provider"},
            uncertain_at=None,
            not_before=None,
        )
    else:
        move(
            row,
            RecipientStatus.FAILED,
            at=now,
            source=StatusSource.POLLING,
            failed_at=now,
            uncertain_at=None,
            reason=reasons.words(reasons.REFUSED_TOO_OFTEN),
        )


def _matching(recipient: Recipient, messages: Sequence[ProviderMessage]) -> ProviderMessage | None:
    """The message that this recipient's request became, None when there is none.

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
    service = recipient.campaign.sender.messaging_service_sid
    candidates = [
        one
        for one in sorted(outbound, key=lambda one: one.date_created)
        if one.sid not in logged and (service or one.from_ == recipient.campaign.sender.address)
    ]
    same_text = [one for one in candidates if one.body == recipient.body]
    if same_text:
        return same_text[0]
    rivals = Recipient.objects.filter(
        phone=recipient.phone, status__in=[RecipientStatus.CLAIMED, RecipientStatus.UNCERTAIN]
    ).exclude(pk=recipient.pk)
    texts = list(rivals.values_list("body", flat=True)) if candidates else []
    for one in candidates:
        ours = _likeness(one.body, recipient.body)
        if all(_likeness(one.body, text) <= ours for text in texts):
            return one
    return None


def _likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _next_pending(pending: RecipientQuerySet, since: datetime) -> datetime | None:
    """When the first of the pending comes due, not before `since`."""
    if pending.due(since).exists():
        return since
    return pending.aggregate(at=Min("not_before"))["at"]


def next_moment(campaign_id: int) -> datetime | None:
    """When something of an active campaign comes due next; None when nothing will by itself."""
    active = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE)
    campaign = active.select_related("sender").first()
    if campaign is None:
        return None
    now = timezone.now()
    chance = next_chance(campaign, now)
    rows = Recipient.objects.filter(campaign=campaign_id, status__in=OPEN)
    pending = rows.filter(status=RecipientStatus.PENDING)
    room_at = campaign.room_at(now)
    if room_at is None and chance == now and pending.due(now).exists():
        return now
    doubtful = rows.uncertain().aggregate(at=Min("uncertain_at"), not_before=Min("not_before"))
    moments = [_next_pending(pending, max(chance, room_at or now))]
    if room_at:
        free = pending.filter(contact__in=free_of_charge(campaign.sender, now))
        moments.append(_next_pending(free, chance))
    if doubtful["at"] is not None:
        ask_at = doubtful["at"] + timedelta(seconds=settings.RECONCILE_AFTER_SECONDS)
        later = doubtful["not_before"]
        moments.append(max(ask_at, later) if later else ask_at)
    return min((moment for moment in moments if moment is not None), default=None)

"""Taking recipients for a worker, and giving back those it may not send."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.moves import move, record_changes
from campaigns.querysets import RecipientQuerySet
from campaigns.sending import caps
from campaigns.sending.calendar import Calendar
from campaigns.sending.slots import next_own_slot
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from contacts.models import ChannelBlock, ContactStatus
from messaging.daily_limit import admit, free_of_charge
from messaging.models import Sender
from optouts.models import Hold

# A claim covers about two seconds of the sender's rate: an opt-out or a pause that comes after it
# has few rows to take back, and a worker that dies leaves few in doubt.
CLAIM_SECONDS = 2
CLAIM_MOST = 1_000
SKIP_AT_A_TIME = 2_000
# What sending and settling need of a recipient: to load the rest takes as long again.
_NEEDED = (
    *("campaign", "contact", "phone", "time_zone", "body", "variables", "status", "token"),
    *("attempts", "retries", "claimed_at", "lease_expires_at"),
)
# A person whose row another transaction holds is looked at again this much later.
BUSY_FOR = timedelta(seconds=1)


def claim_size(rate: float) -> int:
    """How many recipients one claim takes at a rate in messages per second."""
    return max(1, min(CLAIM_MOST, int(rate * CLAIM_SECONDS)))


@dataclass(frozen=True, slots=True)
class Claim:
    """What one claim took. `seen` counts the skipped and put off too: 0 means nothing is due."""

    recipients: list[Recipient]
    seen: int


@transaction.atomic
def claim(campaign_id: int, limit: int, *, now: datetime) -> Claim:
    """Claim up to `limit` due recipients of an active campaign, and commit.

    Due people who may not be written to any more become skipped on the way, and people outside
    their hours wait for the next opening. While the campaign waits for room in its sender's daily
    limit, it is the turn of those who cost nothing of it. Nothing is due to a campaign before the
    next slot of its own pace. A campaign whose sender was switched off is paused instead.
    """
    _pause_without_sender(campaign_id)
    active = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE)
    campaign = active.select_related("sender").first()
    if campaign is None or (next_own_slot(campaign) or now) > now:
        return Claim([], seen=0)
    calendar = Calendar(campaign, now)
    writable: dict[int, int] = {}  # the recipient of each contact
    barred: dict[reasons.Text, list[int]] = {}
    waiting: dict[datetime, list[int]] = {}
    found = _lock_due(campaign, limit, now)
    for one in found:
        turn = calendar.turn(one.time_zone)
        if reason := reasons.why_not_writable(one.contact_status, one.held, one.blocked):
            barred.setdefault(reason, []).append(one.pk)
        elif turn is None:
            barred.setdefault(reasons.ENDED, []).append(one.pk)
        elif turn > now:
            waiting.setdefault(turn, []).append(one.pk)
        else:
            writable[one.contact_id] = one.pk
    capped = caps.look(campaign, writable, now)
    if capped.full:
        barred[reasons.CAPPED] = [writable.pop(contact) for contact in capped.full]
    if capped.busy:
        waiting[now + BUSY_FOR] = [writable.pop(contact) for contact in capped.busy]
    within = admit(campaign.sender, writable, now)
    if within.room_at:
        active.update(waits_until=within.room_at)
    _set_aside(barred, waiting, now)
    admitted = [pk for contact, pk in writable.items() if contact in within.admitted]
    return Claim(_take(campaign, admitted, now), seen=len(found))


class _Due(NamedTuple):
    """What a claim must know of a recipient that is due."""

    pk: int
    contact_id: int
    time_zone: str
    contact_status: str
    held: bool
    blocked: bool


def _lock_due(campaign: Campaign, limit: int, now: datetime) -> list[_Due]:
    """Up to `limit` recipients that are due, locked: who has waited first, then in their order."""
    blocks = ChannelBlock.objects.filter(
        contact=OuterRef("contact"), channel=campaign.sender.channel
    )
    rows = (
        Recipient.objects.filter(campaign=campaign.pk, status=RecipientStatus.PENDING)
        .annotate(
            contact_status=F("contact__status"),
            held=Exists(Hold.objects.open().filter(contact=OuterRef("contact"))),
            blocked=Exists(blocks),
        )
        .select_for_update(skip_locked=True, of=("self",))
    )
    if campaign.room_at(now):
        rows = rows.filter(contact__in=free_of_charge(campaign.sender, now))
    # Each is one stretch of an index, already in order; together they would be all that is pending.
    stretches = (
        rows.filter(not_before__lte=now).order_by("not_before", "pk"),
        rows.filter(not_before__isnull=True).order_by("pk"),
    )
    found: list[_Due] = []
    for stretch in stretches:
        if room := limit - len(found):
            found += map(_Due._make, stretch.values_list(*_Due._fields)[:room])
    return found


def _set_aside(
    barred: dict[reasons.Text, list[int]], waiting: dict[datetime, list[int]], now: datetime
) -> None:
    """Skip those who may not be written to; let the others wait for their moment."""
    for reason, ids in barred.items():
        _skip(ids, reason, at=now)
    for turn, ids in waiting.items():
        Recipient.objects.filter(pk__in=ids, status=RecipientStatus.PENDING).update(not_before=turn)


def _pause_without_sender(campaign_id: int) -> None:
    without = Campaign.objects.filter(
        pk=campaign_id, status=CampaignStatus.ACTIVE, sender__status=Sender.Status.DISABLED
    )
    for campaign in without.select_related("sender"):
        reason = reasons.words(reasons.SENDER_OFF, sender=campaign.sender.name)
        without.advance(CampaignStatus.PAUSED, status_reason=reason)


def _take(campaign: Campaign, ids: list[int], now: datetime) -> list[Recipient]:
    """Claim the locked rows; the UPDATE tests campaign, contact and hold once more."""
    lease = now + timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    rows = Recipient.objects.filter(pk__in=ids).of_active_campaigns()
    rows.writable(campaign.sender.channel).advance(
        RecipientStatus.CLAIMED,
        claimed_at=now,
        lease_expires_at=lease,
        not_before=None,
        attempts=F("attempts") + 1,
    )
    claimed = list(
        Recipient.objects.filter(pk__in=ids, status=RecipientStatus.CLAIMED, lease_expires_at=lease)
        .only(*_NEEDED)
        .order_by("pk")
    )
    record_changes(
        {one.pk: RecipientStatus.PENDING for one in claimed},
        RecipientStatus.CLAIMED,
        at=now,
        source=StatusSource.ENGINE,
    )
    return claimed


def _ids(rows: RecipientQuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _skip(ids: list[int], reason: reasons.Text, *, at: datetime) -> int:
    moved = move(
        Recipient.objects.filter(pk__in=ids),
        RecipientStatus.SKIPPED,
        at=at,
        skipped_at=at,
        lease_expires_at=None,
        reason=reasons.words(reason),
    )
    return len(moved)


def last_look(group: Sequence[Recipient]) -> list[Recipient]:
    """Those of a claimed group, of one campaign, that may leave; the rest is given back or skipped.

    Asked right before the requests begin: what was committed before this moment (an opt-out, a
    pause, a lease that ended) counts, and the hours may have ended while the group waited.
    """
    if not group:
        return []
    now = timezone.now()
    campaign = Campaign.objects.select_related("sender").get(pk=group[0].campaign_id)
    calendar = Calendar(campaign, now)
    rows = Recipient.objects.filter(
        pk__in=[one.pk for one in group if calendar.may_leave(one.time_zone)],
        status=RecipientStatus.CLAIMED,
        lease_expires_at__gt=now,
    )
    looked_at = rows.of_active_campaigns().writable(campaign.sender.channel)
    may_leave = set(looked_at.values_list("pk", flat=True))
    give_back([one for one in group if one.pk not in may_leave])
    return [one for one in group if one.pk in may_leave]


@transaction.atomic
def give_back(group: Collection[Recipient]) -> None:
    """Undo a worker's claims whose requests never began.

    Pending again; or skipped when the campaign was cancelled or the person may not be written
    to. A claim that another has taken over meanwhile (its lease ended) is left alone.
    """
    if not group:
        return
    now = timezone.now()
    leases = {one.lease_expires_at for one in group}
    ours = Recipient.objects.filter(
        pk__in=[one.pk for one in group],
        status=RecipientStatus.CLAIMED,
        lease_expires_at__in=leases,
    )
    for status, reason in (
        (ContactStatus.OPTED_OUT, reasons.OPTED_OUT),
        (ContactStatus.INVALID, reasons.INVALID),
    ):
        _skip(_ids(ours.filter(contact__status=status)), reason, at=now)
    _skip(_ids(ours.filter(campaign__status=CampaignStatus.CANCELLED)), reasons.CANCELLED, at=now)
    move(
        ours,
        RecipientStatus.PENDING,
        at=now,
        lease_expires_at=None,
        claimed_at=None,
        attempts=F("attempts") - 1,
    )


def expire(now: datetime) -> int:
    """Make claims whose lease ended uncertain: their worker died, and may have sent or not."""
    expired = Recipient.objects.filter(status=RecipientStatus.CLAIMED, lease_expires_at__lt=now)
    return len(
        move(
            expired,
            RecipientStatus.UNCERTAIN,
            at=now,
            metadata={"cause": "lease expired"},
            uncertain_at=now,
            lease_expires_at=None,
        )
    )


def skip_cancelled(campaign_id: int | None = None) -> int:
    """Skip what is still pending in cancelled campaigns (in one of them, when named)."""
    cancelled = Recipient.objects.filter(campaign__status=CampaignStatus.CANCELLED)
    return _skip_pending(cancelled, reasons.CANCELLED, campaign_id)


def skip_ended(campaign_id: int | None = None) -> int:
    """Skip what is pending in campaigns past their end, sending or paused (in one, when named)."""
    ended = Recipient.objects.filter(
        campaign__status__in=[CampaignStatus.ACTIVE, CampaignStatus.PAUSED],
        campaign__ends_at__lte=timezone.now(),
    )
    return _skip_pending(ended, reasons.ENDED, campaign_id)


def _skip_pending(rows: RecipientQuerySet, reason: reasons.Text, campaign_id: int | None) -> int:
    """Skip the pending ones of `rows`.

    A transaction for each batch: neither are other writers kept out for long, nor does a statement
    grow with the campaign.
    """
    now = timezone.now()
    pending = rows.filter(status=RecipientStatus.PENDING)
    if campaign_id is not None:
        pending = pending.filter(campaign=campaign_id)
    skipped = 0
    while batch := _ids(pending.order_by()[:SKIP_AT_A_TIME]):
        skipped += _skip(batch, reason, at=now)
    return skipped


def hold_lane(campaign_id: int, *, now: datetime, seconds: float) -> bool:
    """Take the campaign for one worker for `seconds`; False when another has it.

    Two workers on one campaign would do no harm (the claims keep them apart), but they would
    multiply with every tick.
    """
    free = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE).without_worker(now)
    return bool(free.update(worker_lease_until=now + timedelta(seconds=seconds)))


def keep_lane(campaign_id: int, *, now: datetime, seconds: float) -> None:
    """Hold the lane for longer."""
    Campaign.objects.filter(pk=campaign_id).update(
        worker_lease_until=now + timedelta(seconds=seconds)
    )


def leave_lane(campaign_id: int) -> None:
    """Let the next worker have the campaign."""
    Campaign.objects.filter(pk=campaign_id).update(worker_lease_until=None)

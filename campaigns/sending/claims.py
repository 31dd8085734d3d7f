"""Taking recipients for a worker, and giving back those it may not send."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from messaging.daily_limit import admit
from messaging.models import Sender
from optouts.models import Hold

# A claim covers about two seconds of the sender's rate: an opt-out or a pause that comes after it
# has few rows to take back, and a worker that dies leaves few in doubt.
CLAIM_SECONDS = 2
CLAIM_MOST = 1_000
SKIP_AT_A_TIME = 2_000
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
    their hours wait for the next opening; so does the campaign for room in its sender's daily
    limit. Nothing is due to a campaign before the next slot of its
    own pace. A campaign whose sender was switched off is paused instead.
    """
    _pause_without_sender(campaign_id)
    active = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE)
    campaign = active.select_related("sender").first()
    if campaign is None or (next_own_slot(campaign) or now) > now:
        return Claim([], seen=0)
    calendar = Calendar(campaign, now)
    blocks = ChannelBlock.objects.filter(
        contact=OuterRef("contact"), channel=campaign.sender.channel
    )
    due = (
        Recipient.objects.filter(campaign=campaign_id, campaign__status=CampaignStatus.ACTIVE)
        .due(now)
        .annotate(held=Exists(Hold.objects.open().filter(contact=OuterRef("contact"))))
        .annotate(blocked=Exists(blocks), contact_status=F("contact__status"))
        .only("pk", "contact", "time_zone")
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    writable: dict[int, int] = {}  # the recipient of each contact
    barred: dict[reasons.Text, list[int]] = {}
    waiting: dict[datetime, list[int]] = {}
    found = list(due[:limit])
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
    return Claim(_take(admitted, now), seen=len(found))


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


def _take(ids: list[int], now: datetime) -> list[Recipient]:
    """Claim the locked rows; the UPDATE tests campaign, contact and hold once more."""
    lease = now + timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    Recipient.objects.filter(pk__in=ids, campaign__status=CampaignStatus.ACTIVE).writable().advance(
        RecipientStatus.CLAIMED,
        claimed_at=now,
        lease_expires_at=lease,
        not_before=None,
        attempts=F("attempts") + 1,
    )
    claimed = list(
        Recipient.objects.filter(
            pk__in=ids, status=RecipientStatus.CLAIMED, lease_expires_at=lease
        ).order_by("pk")
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


def last_look(group: Collection[Recipient]) -> list[Recipient]:
    """Those of a claimed group that may leave now; the others are given back or skipped.

    Asked right before the requests begin: what was committed before this moment (an opt-out, a
    pause, a lease that ended) counts, and the hours may have ended while the group waited.
    """
    now = timezone.now()
    in_hours = _in_hours(group, now)
    may_leave = set(
        Recipient.objects.filter(
            pk__in=in_hours,
            status=RecipientStatus.CLAIMED,
            lease_expires_at__gt=now,
            campaign__status=CampaignStatus.ACTIVE,
        )
        .writable()
        .values_list("pk", flat=True)
    )
    give_back([one for one in group if one.pk not in may_leave])
    return [one for one in group if one.pk in may_leave]


def _in_hours(group: Collection[Recipient], now: datetime) -> list[int]:
    """Those of a group who may be written to at this hour."""
    campaign_ids = {one.campaign_id for one in group}
    calendars = {
        campaign.pk: Calendar(campaign, now)
        for campaign in Campaign.objects.filter(pk__in=campaign_ids)
    }
    return [one.pk for one in group if calendars[one.campaign_id].may_leave(one.time_zone)]


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
    """Skip what is still pending in sending campaigns past their end (in one, when named)."""
    ended = Recipient.objects.filter(
        campaign__status=CampaignStatus.ACTIVE, campaign__ends_at__lte=timezone.now()
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

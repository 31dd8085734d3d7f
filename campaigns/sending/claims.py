"""Taking recipients for a worker, and giving back those it may not send."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.querysets import PERSON, RecipientQuerySet
from campaigns.sending import caps
from campaigns.sending.calendar import Calendar
from campaigns.sending.corrections import CORRECTED, write_down
from campaigns.sending.due import Due, lock_due
from campaigns.sending.slots import next_chance
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from campaigns.transitions import move, record_changes
from messaging.daily_limit import admit
from messaging.models import Sender
from optouts.reachability import Barrier, Purpose, barrier
from waproject.core.db.bulk_lookup import Among

# A claim covers about two seconds of the sender's rate: an opt-out or a pause that comes after it
# has few rows to take back, and a worker that dies leaves few in doubt.
CLAIM_SECONDS = 2
CLAIM_MOST = 1_000
SKIP_AT_A_TIME = 2_000
# What sending and settling need of a recipient beside what the claim itself has written: to load
# the rest takes as long again.
_NEEDED = (
    *("campaign", "contact", "phone", "time_zone", "body", "variables", "token"),
    *("attempts", "retries"),
)
# What a last look needs of the campaign.
_LOOKED_AT = ("hours_start", "hours_end", "days", "ends_at", "sender__channel")
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
    limit, it is the turn of those who cost nothing of it. Nothing is due to a campaign before its
    next chance of a slot. A campaign whose sender was switched off is paused instead.
    """
    _pause_without_sender(campaign_id)
    active = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE)
    campaign = active.select_related("sender").first()
    if campaign is None or next_chance(campaign, now) > now:
        return Claim([], seen=0)
    found = lock_due(campaign, limit, now)
    writable = _sort_out(campaign, found, now)
    within = admit(campaign.sender, [one.contact_id for one in writable], now)
    if within.room_at:
        active.update(waits_until=within.room_at)
    admitted = [one for one in writable if one.contact_id in within.admitted]
    return Claim(_take(campaign, admitted, now), seen=len(found))


def _sort_out(campaign: Campaign, found: Sequence[Due], now: datetime) -> list[Due]:
    """Skip those who may not be written to, put off those whose moment comes later; the others."""
    calendar = Calendar(campaign, now)
    writable: dict[int, Due] = {}  # by contact
    barred: dict[reasons.Text, list[int]] = {}
    waiting: dict[datetime, list[int]] = {}
    for one in found:
        turn = calendar.turn(one.time_zone)
        if reason := one.why_barred:
            barred.setdefault(reason, []).append(one.pk)
        elif turn is None:
            barred.setdefault(reasons.ENDED, []).append(one.pk)
        elif turn > now or one.in_the_air:
            waiting.setdefault(turn if turn > now else now + BUSY_FOR, []).append(one.pk)
        else:
            writable[one.contact_id] = one
    capped = caps.look(campaign, writable, now)
    if capped.full:
        barred[reasons.CAPPED] = [writable.pop(contact).pk for contact in capped.full]
    if capped.busy:
        busy = [writable.pop(contact).pk for contact in capped.busy]
        waiting.setdefault(now + BUSY_FOR, []).extend(busy)
    _set_aside(barred, waiting, now)
    return list(writable.values())


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


def _take(campaign: Campaign, people: Sequence[Due], now: datetime) -> list[Recipient]:
    """Claim the locked rows, at the addresses that their contacts have now.

    The UPDATE tests campaign, contact, hold and address once more.
    """
    if not people:
        return []
    ids = [one.pk for one in people]
    corrected = write_down(people)
    lease = now + timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    these = Recipient.objects.filter(Among("pk", int, ids))
    rows = these.of_active_campaigns()
    rows.writable_at_address(campaign.sender.channel).advance(
        RecipientStatus.CLAIMED,
        claimed_at=now,
        lease_expires_at=lease,
        not_before=None,
        attempts=F("attempts") + 1,
    )
    claimed = list(
        these.filter(status=RecipientStatus.CLAIMED, lease_expires_at=lease)
        .only(*_NEEDED)
        .order_by("pk")
    )
    for one in claimed:
        one.status, one.claimed_at, one.lease_expires_at = RecipientStatus.CLAIMED, now, lease
    record_changes(
        {one.pk: RecipientStatus.PENDING for one in claimed},
        RecipientStatus.CLAIMED,
        at=now,
        source=StatusSource.ENGINE,
        each=dict.fromkeys(corrected, CORRECTED),
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
    pause, a corrected address, a lease that ended) counts, and the hours may have ended while the
    group waited. A recipient with a corrected address is claimed again, at that address.
    """
    if not group:
        return []
    now = timezone.now()
    campaigns = Campaign.objects.select_related("sender").only(*_LOOKED_AT)
    campaign = campaigns.get(pk=group[0].campaign_id)
    calendar = Calendar(campaign, now)
    # A claim that another worker has made meanwhile has another lease, and is not ours to send.
    leases = {one.lease_expires_at for one in group if _lasts_beyond(one, now)}
    rows = Recipient.objects.filter(
        Among("pk", int, [one.pk for one in group if calendar.may_leave(one.time_zone)]),
        status=RecipientStatus.CLAIMED,
        lease_expires_at__in=leases,
    )
    looked_at = rows.of_active_campaigns().writable_at_address(campaign.sender.channel)
    may_leave = set(looked_at.order_by().values_list("pk", flat=True))
    give_back([one for one in group if one.pk not in may_leave])
    return [one for one in group if one.pk in may_leave]


def _lasts_beyond(claimed: Recipient, now: datetime) -> bool:
    ends = claimed.lease_expires_at
    return ends is not None and ends > now


@transaction.atomic
def give_back(group: Collection[Recipient]) -> None:
    """Undo a worker's claims, of one campaign, whose requests never began.

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
    _skip_barred(ours, at=now)
    _skip(_ids(ours.filter(campaign__status=CampaignStatus.CANCELLED)), reasons.CANCELLED, at=now)
    move(
        ours,
        RecipientStatus.PENDING,
        at=now,
        lease_expires_at=None,
        claimed_at=None,
        attempts=F("attempts") - 1,
    )


def _skip_barred(rows: RecipientQuerySet, *, at: datetime) -> None:
    """Skip those, of one campaign, whose person may not be written to, wherever that is now."""
    channel = rows.values_list("campaign__sender__channel", flat=True).first() or ""
    codes = rows.annotate(code=barrier(channel, Purpose.MARKETING, PERSON)).exclude(code="")
    barred: dict[str, list[int]] = {}
    for pk, code in codes.values_list("pk", "code"):
        barred.setdefault(code, []).append(pk)
    for code, ids in barred.items():
        _skip(ids, Barrier(code).label, at=at)


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

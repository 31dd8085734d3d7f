"""The rate of a sender, shared by every worker on every machine, and the pace of a campaign."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Cast, Greatest
from django.utils import timezone

from campaigns.models import Campaign
from messaging.models import Sender
from waproject.core.db.durability import need_not_survive_a_crash

# A slot of a campaign's own pace is reserved only this shortly before it comes: the slot that goes
# with it on the sender's line lies at the present, and must not be used much later.
PACE_HORIZON_SECONDS = 0.5
# A sender's line is far when its next free slot is further away than this: more than workers that
# share a fast sender ever reserve ahead. Nobody claims then until FAR_AHEAD before that slot.
FAR_SECONDS = 3.0
FAR_AHEAD_SECONDS = 1.0


@transaction.atomic
def reserve(
    sender_id: int,
    count: int,
    *,
    horizon: float,
    lead: float = 0.0,
    paced_campaign: int | None = None,
) -> float | None:
    """Reserve `count` slots on the sender's time line; return when the first begins.

    Seconds since 1970; slot i begins i / rate later. None when the line is taken for the next
    `horizon` seconds: nothing is reserved then, so that no slot is wasted.
    The first slot is never nearer than `lead` seconds: so much there is to do before it.
    `paced_campaign` is one with a pace of its own (`per_hour`): its line must be free as well.
    """
    need_not_survive_a_crash()
    sender = Sender.objects.filter(pk=sender_id).annotate(per_second=F("rate"))
    start = _reserve_on(sender, count, time.time() + lead, horizon)
    if start is None or paced_campaign is None:
        return start
    pace = Cast("per_hour", FloatField()) / Value(3_600.0, FloatField())
    campaign = Campaign.objects.filter(pk=paced_campaign).annotate(per_second=pace)
    own = _reserve_on(campaign, count, start, PACE_HORIZON_SECONDS)
    if own is None:
        transaction.set_rollback(True)
    return own


def next_chance(campaign: Campaign, now: datetime) -> datetime:
    """When a campaign may claim next, by its own pace and by its sender's line; `now` at the least.

    Both as they were read from the database with the campaign.
    """
    seconds = now.timestamp()
    chances = [seconds]
    if campaign.per_hour is not None:
        chances.append(campaign.next_slot - PACE_HORIZON_SECONDS)
    if campaign.sender.next_slot > seconds + FAR_SECONDS:
        chances.append(campaign.sender.next_slot - FAR_AHEAD_SECONDS)
    chance = max(chances)
    return now if chance == seconds else datetime.fromtimestamp(chance, UTC)


def is_far(campaign_id: int) -> bool:
    """Whether the next chance of a campaign is further away than a worker waits for it."""
    now = timezone.now()
    campaign = Campaign.objects.select_related("sender").get(pk=campaign_id)
    return next_chance(campaign, now) > now + timedelta(seconds=FAR_SECONDS - FAR_AHEAD_SECONDS)


def _reserve_on(
    row: "QuerySet[Any]", count: int, not_before: float, horizon: float
) -> float | None:
    """The first of `count` slots on one row's line, `not_before` or later; or None."""
    begin = Greatest(F("next_slot"), Value(not_before, FloatField()))
    length = Value(float(count), FloatField()) / F("per_second")
    moved = row.filter(next_slot__lte=time.time() + horizon).update(next_slot=begin + length)
    if not moved:
        return None
    end, per_second = row.values_list("next_slot", "per_second").get()
    return end - count / per_second

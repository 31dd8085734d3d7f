"""What a campaign would cost, by the prices that hold on the day of its start."""

from django.utils import timezone

from campaigns.launch.checks import Preflight
from campaigns.launch.texts import version_of
from campaigns.models import Campaign
from messaging.pricing.estimates import (
    Estimate,
    billed_category,
    charge_of,
    estimate,
    free_texts_left,
)
from messaging.pricing.states import Charge


def estimated(campaign: Campaign, found: Preflight) -> Estimate:
    """What its messages to the recipients of a preflight would cost, by country."""
    now = timezone.now()
    starts_at = max(now, campaign.scheduled_at or now)
    version = version_of(campaign)
    charge = charge_of(campaign.sender.channel, billed_category(version) if version else None)
    day = timezone.localdate(starts_at)
    free = free_texts_left(campaign.sender, day) if charge is Charge.SERVICE else 0
    return estimate(found.countries, charge, day, free=free, parts=found.parts)

"""A campaign's whole audience as recipients, without a launch around it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from campaigns.audience.filters import Audience
from campaigns.launch.people import addressees
from campaigns.launch.recipients import Freezer
from campaigns.models import Campaign


@dataclass
class Frozen:
    """How many recipients there are, and how many of them are to be written to."""

    total: int = 0
    pending: int = 0


def freeze_recipients(campaign: Campaign, *, now: datetime | None = None) -> Frozen:
    """Make a recipient of everyone in the campaign's audience as it is in memory."""
    frozen, freezer = Frozen(), Freezer(campaign, now or timezone.now())
    for people in addressees(campaign, Audience.from_json(campaign.audience)):
        frozen.total += len(people)
        frozen.pending += freezer.write(freezer.rows(people))
    return frozen

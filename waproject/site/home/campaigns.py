"""What is being sent now, what stands still, what failed, and what comes next."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Q, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.summaries.campaigns import live_funnels
from campaigns.tracking.funnel import Funnel, percent
from messaging.delivery.timing.allowance import allowance

_C = CampaignStatus
MOST = 5
# Whom a campaign of last month did not reach is no news any more.
FAILED_SINCE = timedelta(days=7)


@dataclass(frozen=True)
class Sending:
    """A campaign on its way, with the counts of its recipients."""

    campaign: Campaign
    counts: Funnel

    @property
    def percent(self) -> int:
        """How many of the recipients have an outcome, in percent."""
        return round(percent(self.counts.settled, self.counts.recipients) or 0)

    @property
    def ends_at(self) -> datetime | None:
        """When the last message leaves at the campaign's pace; None where more than that counts."""
        campaign = self.campaign
        people = allowance(campaign.sender, timezone.now()).people
        limited = people is not None or not campaign.hours.always_open
        if campaign.status != _C.ACTIVE or limited or not self.counts.pending:
            return None
        return timezone.now() + timedelta(seconds=self.counts.pending / campaign.rate)


@dataclass(frozen=True)
class Campaigns:
    """MOST of each kind; `failed` ended lately, with people whom a retry could reach."""

    sending: list[Sending] = field(default_factory=list)
    paused: list[Campaign] = field(default_factory=list)
    failed: list[Campaign] = field(default_factory=list)
    next: list[Campaign] = field(default_factory=list)


def campaigns(user: Any) -> Campaigns:
    """What this user may see of them: two queries, whatever there is."""
    if not user.has_perm("campaigns.view_campaign"):
        return Campaigns()
    found = list(_found())
    moving = [one for one in found if one.status in (_C.ACTIVE, _C.LAUNCHING)][:MOST]
    counts = live_funnels(moving)
    return Campaigns(
        sending=[Sending(one, counts[one.pk]) for one in moving],
        paused=[one for one in found if one.status == _C.PAUSED],
        failed=[one for one in found if one.status == _C.COMPLETED],
        next=[one for one in found if one.status == _C.SCHEDULED],
    )


def _found() -> Any:
    """The first MOST of each status: the next to begin, and the newest of the others."""
    failed = Q(
        status=_C.COMPLETED,
        completed_at__gte=timezone.now() - FAILED_SINCE,
        summary__retryable__gt=0,
    )
    shown = Q(status__in=[_C.ACTIVE, _C.LAUNCHING, _C.PAUSED, _C.SCHEDULED]) | failed
    place = Window(
        RowNumber(),
        partition_by=F("status"),
        order_by=[Case(When(status=_C.SCHEDULED, then=F("scheduled_at"))), F("pk").desc()],
    )
    found = Campaign.objects.filter(shown).select_related("sender", "summary")
    return found.annotate(place=place).filter(place__lte=MOST).order_by("place")

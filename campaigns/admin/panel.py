"""A campaign's funnel as rows of a page: each number with the way to the people behind it."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.funnel import Funnel, funnel, percent
from campaigns.models import Campaign, Launch
from campaigns.states import CampaignStatus, RecipientStatus
from campaigns.streams import stream_of
from messaging.delivery.daily_limit import forecast
from messaging.delivery.moments import next_moment
from messaging.models import Lane
from waproject.core.text.durations import in_words

# A shorter wait is over before anyone wonders.
WORTH_SAYING = timedelta(minutes=1)


@dataclass(frozen=True)
class Row:
    """One number; `share` is its percentage of all recipients, None where there are none."""

    name: str
    label: str
    number: int
    share: float | None
    url: str


@dataclass(frozen=True)
class Launching:
    """How far a launch is. `expected` people is an estimate, None until they are counted.

    `share` is a percentage, None as long. A launch that goes back ends in a draft.
    """

    done: int
    expected: int | None
    share: float | None
    goes_back: bool


@dataclass(frozen=True)
class Panel:
    """What a campaign's page shows besides its settings."""

    counts: Funnel
    stages: list[Row]
    others: list[Row]
    progress: float | None
    time_left: str
    goes_on_at: datetime | None
    daily_limit: int | None
    launching: "Launching | None"
    refresh_seconds: int | None


def panel(campaign: Campaign) -> Panel:
    counts = funnel([campaign.pk])[campaign.pk]
    return Panel(
        counts=counts,
        stages=[_stage(campaign, counts, name, label) for name, label in _stages()],
        others=[_status(campaign, counts, status, label) for status, label in _others()],
        progress=percent(counts.settled, counts.recipients),
        time_left=_time_left(campaign, counts),
        goes_on_at=_goes_on_at(campaign),
        daily_limit=_limit_reached(campaign),
        launching=_launching(campaign),
        refresh_seconds=_REFRESH.get(campaign.status),
    )


_S, _C = RecipientStatus, CampaignStatus
# Deliveries and replies go on after the last message has left.
_REFRESH: dict[str, int] = {
    _C.LAUNCHING: 2,
    _C.ACTIVE: 2,
    _C.SCHEDULED: 10,
    _C.PAUSED: 10,
    _C.COMPLETED: 10,
    _C.CANCELLED: 10,
}


def _stages() -> list[tuple[str, str]]:
    return [
        ("recipients", _("Recipients")),
        ("sent", _("Sent")),
        ("delivered", _("Delivered")),
        ("read", _("Read")),
        ("replied", _("Replied")),
        ("closed", _("Closed")),
    ]


def _others() -> list[tuple[RecipientStatus, str]]:
    return [
        (_S.PENDING, pgettext("people", "pending")),
        (_S.FAILED, pgettext("people", "failed")),
        (_S.UNDELIVERED, pgettext("people", "not delivered")),
        (_S.SKIPPED, pgettext("people", "skipped")),
    ]


def recipients_url(campaign_id: int, **filters: str) -> str:
    """The list of a campaign's recipients, narrowed by the list's own filters."""
    query = {"campaign__id__exact": str(campaign_id), **filters}
    return reverse("admin:campaigns_recipient_changelist", query=query)


def _stage(campaign: Campaign, counts: Funnel, name: str, label: str) -> Row:
    filters = {} if name == "recipients" else {"reached": name}
    number = getattr(counts, name)
    share = percent(number, counts.recipients)
    return Row(name, label, number, share, recipients_url(campaign.pk, **filters))


def _status(campaign: Campaign, counts: Funnel, status: RecipientStatus, label: str) -> Row:
    number = getattr(counts, status.value)
    share = percent(number, counts.recipients)
    url = recipients_url(campaign.pk, status__exact=status.value)
    return Row(status.value, label, number, share, url)


def _time_left(campaign: Campaign, counts: Funnel) -> str:
    """Until the last message has left; empty unless it is sending.

    At the campaign's rate, or as the sender's daily limit has it if all count against that.
    """
    if campaign.status != CampaignStatus.ACTIVE:
        return ""
    left = timedelta(seconds=math.ceil(counts.pending / campaign.rate))
    limited = forecast(campaign.sender, counts.pending, timezone.now())
    if limited and limited.last_at:
        left = max(left, limited.last_at - timezone.now())
    return in_words(left)


def _goes_on_at(campaign: Campaign) -> datetime | None:
    """When a sending campaign that has to wait (for hours, or a late retry) goes on."""
    if campaign.status != CampaignStatus.ACTIVE:
        return None
    stream = stream_of(campaign.pk)
    moment = next_moment(campaign.sender_id, stream) if stream else None
    return moment if moment and moment > timezone.now() + WORTH_SAYING else None


def _limit_reached(campaign: Campaign) -> int | None:
    """The daily limit of the sender for which a sending campaign waits."""
    if campaign.status != _C.ACTIVE:
        return None
    lane = Lane.objects.filter(pk=campaign.sender_id).first()
    return campaign.sender.daily_limit if lane and lane.waits_for_room(timezone.now()) else None


def _launching(campaign: Campaign) -> Launching | None:
    """How far the launch is of a campaign that is being launched."""
    launch = Launch.objects.filter(campaign=campaign.pk).select_related("job").first()
    if launch is None:
        return None
    done, expected = campaign.total_recipients, launch.job.total
    share = percent(min(done, expected), expected) if expected else None
    return Launching(done, expected, share, bool(launch.refused))

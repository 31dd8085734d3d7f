"""A campaign's funnel as rows of a page: each number with the way to the people behind it."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.admin.tones import CAMPAIGN_TONES
from campaigns.models import Campaign, Launch
from campaigns.sending.streams import stream_of
from campaigns.states import CampaignStatus, RecipientStatus
from campaigns.summaries.campaigns import live_funnel
from campaigns.tracking.funnel import Funnel, percent
from messaging.delivery.timing.allowance import allowance
from messaging.delivery.timing.daily_limit import forecast
from messaging.delivery.timing.moments import next_moment
from messaging.models import Lane
from waproject.core.text.durations import in_words

# A shorter wait is over before anyone wonders.
WORTH_SAYING = timedelta(minutes=1)


@dataclass(frozen=True)
class Row:
    """One number, with the way to the people whom it counts."""

    name: str
    label: str
    number: int
    url: str


@dataclass(frozen=True)
class Stage(Row):
    """How many came so far. `share` is in percent of those to whom it was sent, None without any.

    `lost` of them came no further; `lost_url` leads to them, where one list shows just those.
    """

    share: float | None
    lost: int | None
    lost_label: str
    lost_url: str
    following_share: float | None

    @property
    def top(self) -> float:
        """Where its bar begins in a picture of 100 by 100, from above."""
        return round(100 - (self.share or 0), 1)

    @property
    def following_top(self) -> float:
        return round(100 - (self.following_share or 0), 1)


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
    """Where a campaign stands, as counted at `at`. `progress` is in percent of its people."""

    counts: Funnel
    people: Row
    stages: list[Stage]
    others: list[Row]
    progress: float | None
    time_left: str
    ends_about: datetime | None
    goes_on_at: datetime | None
    daily_limit: int | None
    launching: "Launching | None"
    refresh_seconds: int | None
    tone: str
    at: datetime


def panel(campaign: Campaign) -> Panel:
    counted = live_funnel(campaign)
    counts = counted.value
    left = _left(campaign, counts)
    return Panel(
        counts=counts,
        people=Row("recipients", _("People"), counts.recipients, recipients_url(campaign.pk)),
        stages=_stages(campaign, counts),
        others=[_status(campaign, counts, status, label) for status, label in _others()],
        progress=percent(counts.settled, counts.recipients),
        time_left=in_words(left) if left is not None else "",
        ends_about=timezone.now() + left if left else None,
        goes_on_at=_goes_on_at(campaign),
        daily_limit=_limit_reached(campaign),
        launching=_launching(campaign),
        refresh_seconds=_REFRESH.get(campaign.status),
        tone=CAMPAIGN_TONES.get(campaign.status, ""),
        at=counted.at,
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


# Each stage: its name, its label, what to call who came no further, and how the list finds them.
_Step = tuple[str, str, str, dict[str, str]]
# The choice of the list's filter of stages for people to whom it was sent and who did not get it.
NOT_ARRIVED_CHOICE = "not_arrived"


def _steps() -> list[_Step]:
    return [
        ("sent", _("Sent"), _("did not get it so far"), {"reached": NOT_ARRIVED_CHOICE}),
        ("delivered", _("Delivered"), _("did not read it"), {"status__exact": _S.DELIVERED.value}),
        ("read", _("Read"), _("did not reply"), {"status__exact": _S.READ.value}),
        ("replied", _("Replied"), _("not closed so far"), {"status__exact": _S.REPLIED.value}),
        ("closed", _("Closed"), "", {}),
    ]


def _stages(campaign: Campaign, counts: Funnel) -> list[Stage]:
    steps = _steps()
    following = [*(name for name, *_rest in steps[1:]), None]
    return [
        _stage(campaign, counts, step, after) for step, after in zip(steps, following, strict=True)
    ]


def _stage(
    campaign: Campaign,
    counts: Funnel,
    step: _Step,
    following: str | None,
) -> Stage:
    name, label, lost_label, lost = step
    number = getattr(counts, name)
    further = getattr(counts, following) if following else None
    return Stage(
        name,
        label,
        number,
        recipients_url(campaign.pk, reached=name),
        share=percent(number, counts.sent),
        lost=None if further is None else number - further,
        lost_label=lost_label,
        lost_url=recipients_url(campaign.pk, **lost) if lost else "",
        following_share=None if further is None else percent(further, counts.sent),
    )


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


def _status(campaign: Campaign, counts: Funnel, status: RecipientStatus, label: str) -> Row:
    url = recipients_url(campaign.pk, status__exact=status.value)
    return Row(status.value, label, getattr(counts, status.value), url)


def _left(campaign: Campaign, counts: Funnel) -> timedelta | None:
    """Until the last message has left; None unless it is sending.

    At the campaign's rate, or as the sender's daily limit has it if all count against that.
    """
    if campaign.status != CampaignStatus.ACTIVE:
        return None
    left = timedelta(seconds=math.ceil(counts.pending / campaign.rate))
    limited = forecast(campaign.sender, counts.pending, timezone.now())
    if limited and limited.last_at:
        left = max(left, limited.last_at - timezone.now())
    return left


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
    now = timezone.now()
    return allowance(campaign.sender, now).people if lane and lane.waits_for_room(now) else None


def _launching(campaign: Campaign) -> Launching | None:
    """How far the launch is of a campaign that is being launched."""
    launch = Launch.objects.filter(campaign=campaign.pk).select_related("job").first()
    if launch is None:
        return None
    done, expected = campaign.total_recipients, launch.job.total
    share = percent(min(done, expected), expected) if expected else None
    return Launching(done, expected, share, bool(launch.refused))

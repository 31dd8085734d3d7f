"""When a campaign would write to its people, in figures and in sentences for the preflight.

How long it takes is an estimate: everyone is taken to live in the zone where most of them do.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.launch.course import Course
from campaigns.models import Campaign
from contacts.phones.zones import read_zones
from messaging.delivery.timing.allowance import DAY
from messaging.delivery.timing.daily_limit import Forecast, forecast
from messaging.delivery.timing.send_windows import Calendar
from waproject.core.text.sentences import gettext as _
from waproject.core.text.sentences import joined, ngettext

LONG = timedelta(hours=4)
# Longer than this no estimate means anything.
LONGEST = timedelta(days=366)
# A wait of one day is told by its hour, a longer one in days.
WORTH_COUNTING = 2


@dataclass(frozen=True)
class Timing:
    """What hours, pace and end mean for the people of an audience.

    `first_at` is when the first person may be written to, None when that is after the end for all.
    `later` counts people outside their hours at the start, `never` people with no hour before the
    end, and `cut_off` people that the rate or the sender's daily limit does not reach before it.
    `duration` is from the first message to the last, closed hours included. `limited` says what the
    sender's daily limit does, None when it does nothing.
    """

    starts_at: datetime
    ends_at: datetime | None
    first_at: datetime | None
    later: int
    never: int
    cut_off: int
    duration: timedelta
    limited: Forecast | None = None
    course: Course | None = field(default=None, compare=False)

    def blockers(self) -> Iterator[str]:
        """Why nothing could be sent at all."""
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            yield _("The end on %(end)s comes before the start. Choose a later end.") % {
                "end": self.ends_at
            }
        elif self.first_at is None and self.ends_at is not None:
            yield _(
                "No sending hour comes before the end on %(end)s: widen the hours or choose a"
                " later end."
            ) % {"end": self.ends_at}
        elif self.first_at is None:
            yield _("The sending hours never come for these people. Widen the hours.")

    def warnings(self) -> Iterator[str]:
        """What happens later than one may think, or not at all."""
        if self.first_at is None:
            return
        if self.first_at > self.starts_at:
            yield _("The sending hours begin on %(start)s, so nothing leaves before that.") % {
                "start": self.first_at
            }
        elif self.later:
            yield ngettext(
                "%(count)d person is outside the sending hours and will be written to later.",
                "%(count)d people are outside the sending hours and will be written to later.",
                self.later,
            ) % {"count": self.later}
        if self.never:
            yield ngettext(
                "%(count)d person has no sending hour before the end and will be skipped.",
                "%(count)d people have no sending hour before the end and will be skipped.",
                self.never,
            ) % {"count": self.never}
        if self.cut_off:
            yield ngettext(
                "About %(count)d person cannot be reached before the end on %(end)s and will be"
                " skipped.",
                "About %(count)d people cannot be reached before the end on %(end)s and will be"
                " skipped.",
                self.cut_off,
            ) % {"count": self.cut_off, "end": self.ends_at}
        if self.limited:
            yield from self._limit_warnings(self.limited)
        elif self.duration > LONG:
            hours = round(self.duration.total_seconds() / 3600)
            yield _("Sending will take about %(hours)d hours.") % {"hours": hours}

    def _limit_warnings(self, limited: Forecast) -> Iterator[str]:
        room = ngettext(
            "%(count)d person is to be written to first, and the sender's daily limit of %(limit)d"
            " leaves room for %(free)d at the start.",
            "%(count)d people are to be written to first, and the sender's daily limit of %(limit)d"
            " leaves room for %(free)d at the start.",
            limited.people,
        ) % {"count": limited.people, "limit": limited.limit, "free": limited.free}
        if limited.last_at is None:
            rest = _("The others wait until the limit is raised.")
        elif self.ends_at is not None and self.ends_at < limited.last_at:
            rest = _("Not all the others come before the end.")
        elif limited.days > WORTH_COUNTING:
            rest = _("Sending goes on until %(end)s, for about %(days)d days.") % {
                "days": limited.days,
                "end": limited.last_at,
            }
        else:
            rest = _("By %(end)s there is room for the others.") % {"end": limited.last_at}
        yield joined(room, rest)


def timing(campaign: Campaign, zones: Counter[str], starts_at: datetime, first: int = 0) -> Timing:
    """Look ahead from `starts_at`.

    `zones` counts the people by contacts.phones.zones.zone_names; `first` of them are to be written
    to first, and count against the sender's daily limit.
    """
    calendar = Calendar(campaign, starts_at)
    turns = {zone: calendar.turn(zone) for zone in zones}
    never = sum(count for zone, count in zones.items() if turns[zone] is None)
    people = zones.total() - never
    needed = timedelta(seconds=people / campaign.rate)
    zone = read_zones(max(zones, key=zones.__getitem__, default=""))
    begin = campaign.hours.next_opening(starts_at, zone) or starts_at
    finish = campaign.hours.open_for(needed, begin, zone) or begin + LONGEST
    cut_off = 0
    limited = forecast(campaign.sender, min(first, people), begin)
    if limited and _until(limited, begin) < finish:
        limited = None  # the pace is slower still
    if limited:
        finish = _until(limited, begin)

    def course(finish: datetime) -> Course:
        return Course(campaign, people, min(first, people), begin, finish, zone, limited)

    if campaign.ends_at is not None and finish > campaign.ends_at:
        finish = max(begin, campaign.ends_at)
        cut_off = people - course(finish).reached(campaign.ends_at)
    return Timing(
        starts_at=starts_at,
        ends_at=campaign.ends_at,
        first_at=min((turn for turn in turns.values() if turn is not None), default=None),
        later=sum(zones[zone] for zone, turn in turns.items() if turn and turn > starts_at),
        never=never,
        cut_off=cut_off,
        duration=min(finish - begin, LONGEST),
        limited=limited,
        course=course(finish),
    )


def _until(limited: Forecast, begin: datetime) -> datetime:
    """When the last one is written to; from the third day on in whole days, as people count."""
    if limited.last_at is None:
        return begin + LONGEST
    return begin + DAY * limited.days if limited.days > WORTH_COUNTING else limited.last_at

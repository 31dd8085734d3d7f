"""Today's numbers beside a usual day, and the messages of the last thirty days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.summaries.days import DayCount, Days, daily_counts
from campaigns.tracking.funnel import percent
from messaging.states import Direction
from waproject.core.days import start_of
from waproject.core.text.moments import named
from waproject.site.home.counts import Counts

SHOWN = 30
SPARK = 14
# The same days of so many weeks make a usual one.
WEEKS = 4
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """What was sent and received on one day, and the lists of these messages ("" for none)."""

    date: date
    sent: DayCount
    received: DayCount
    sent_url: str = ""
    received_url: str = ""


@dataclass(frozen=True)
class Stat:
    """A number of today in words, what it is compared with, its rows and its last two weeks."""

    label: str
    number: str
    detail: str
    url: str
    spark: str = ""


def last_days(user: Any) -> list[Day]:
    """The days of this month and of the last SHOWN, the oldest first. Two queries."""
    today = timezone.localdate()
    first = min(today - (SHOWN - 1) * DAY, today.replace(day=1))
    found = daily_counts(first)
    days = (first + number * DAY for number in range((today - first).days + 1))
    may_open = user.has_perm("messaging.view_message")
    return [_day(day, found, may_open) for day in days]


def _day(day: date, found: Days, may_open: bool) -> Day:
    sent = found.get((day, Direction.OUTBOUND.value), DayCount())
    received = found.get((day, Direction.INBOUND.value), DayCount())
    urls = [
        _messages(day, to) if may_open else "" for to in (Direction.OUTBOUND, Direction.INBOUND)
    ]
    return Day(day, sent, received, *urls)


def _messages(day: date, direction: Direction) -> str:
    query = {
        "direction__exact": direction.value,
        "is_test__exact": "0",
        "created_at__gte": start_of(day).isoformat(),
        "created_at__lt": start_of(day + DAY).isoformat(),
    }
    return reverse("admin:messaging_message_changelist", query=query)


def stats(user: Any, days: Sequence[Day], counts: Counts) -> list[Stat]:
    """The four numbers of today."""
    today, spark = days[-1], days[-SPARK:]
    sent, people = today.sent, counts.people_today
    return [
        Stat(
            _("Sent today"),
            _number(sent.messages),
            _usual(days),
            today.sent_url,
            _spark(spark, lambda day: day.sent.messages),
        ),
        Stat(
            _("Delivered"),
            _share(sent.delivered, sent.messages),
            _not_delivered(sent.failed),
            today.sent_url,
            _spark(spark, _delivered),
        ),
        Stat(
            _("Wrote today"),
            _number(people),
            _share_of_sent(people, sent.messages),
            today.received_url,
            _spark(spark, lambda day: day.received.messages),
        ),
        Stat(
            _("Opted out today"),
            _number(counts.opt_outs_today),
            _share_of_sent(counts.opt_outs_today, sent.messages),
            _opt_outs(user, today.date),
        ),
    ]


def _delivered(day: Day) -> float | None:
    return percent(day.sent.delivered, day.sent.messages)


def _opt_outs(user: Any, day: date) -> str:
    if not user.has_perm("optouts.view_optout"):
        return ""
    query = {"opted_out_at__gte": start_of(day).isoformat()}
    return reverse("admin:optouts_optout_changelist", query=query)


def _usual(days: Sequence[Day]) -> str:
    """What is sent on a usual day of this name: the mean of the last WEEKS; "" if nothing was."""
    before = [day.sent.messages for day in days[-1 - 7 * WEEKS : -1 : 7]]
    if not any(before):
        return ""
    mean = round(sum(before) / len(before))
    words = {"day": named(days[-1].date, "l"), "count": _number(mean)}
    return _("A usual %(day)s: %(count)s") % words


def _not_delivered(count: int) -> str:
    words = ngettext("%(count)s did not arrive", "%(count)s did not arrive", count)
    return words % {"count": _number(count)}


def _share_of_sent(count: int, sent: int) -> str:
    if not sent:
        return ""
    return _("%(share)s of those sent") % {"share": _share(count, sent)}


def _share(part: int, whole: int) -> str:
    share = percent(part, whole)
    return "–" if share is None else f"{number_format(Decimal(str(share)), 1)}\u00a0%"


def _number(count: int) -> str:
    return str(number_format(count, use_l10n=True, force_grouping=True))


def _spark(days: Sequence[Day], value: Callable[[Day], float | None]) -> str:
    """The points of a line in a field of 64 by 28; "" where there is nothing to see."""
    values = [found for day in days if (found := value(day)) is not None]
    if len(values) < 3 or not any(values):
        return ""
    low, high = min(values), max(values)
    step, rise = 64 / (len(values) - 1), 22 / ((high - low) or 1)
    points = (
        f"{place * step:.1f},{25 - (one - low) * rise:.1f}" for place, one in enumerate(values)
    )
    return " ".join(points)

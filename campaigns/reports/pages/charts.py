"""The shapes of the reports' charts, drawn as SVG by the page's template.

Lengths are whole numbers, so that no locale writes a comma into them.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, pgettext

from campaigns.reports.campaign_results import CampaignResult
from campaigns.reports.daily_activity import DayActivity
from campaigns.reports.leads_by_model import ModelLeads
from messaging.states import Direction

FULL = 1_000  # the length of the longest bar
WIDTH = 960
HEIGHT = 160
MOST_DAYS = 120
LABELS = 8


@dataclass(frozen=True)
class Stage:
    """A horizontal bar: its label, its number in words, its length out of FULL."""

    label: str
    number: str
    length: int


@dataclass(frozen=True)
class Column:
    """An upright bar of a chart of days. `title` says in words what it shows."""

    x: int
    y: int
    width: int
    height: int
    series: str
    title: str


@dataclass(frozen=True)
class DayChart:
    """Messages per day: columns, the days named under them, and the greatest number."""

    columns: list[Column]
    labels: list[tuple[int, str]]
    highest: str
    width: int = WIDTH
    height: int = HEIGHT


def stages(report: str, rows: Sequence[Any]) -> list[Stage]:
    """Horizontal bars for a report: one campaign's funnel, or the leads of each model."""
    if report == "campaign_results" and len(rows) == 1:
        return _bars(_funnel(rows[0]))
    if report == "leads_by_model":
        return _bars([_lead(row) for row in rows])
    return []


def _funnel(row: CampaignResult) -> list[tuple[str, int]]:
    return [
        (gettext("recipients"), row.recipients),
        (pgettext("people", "sent"), row.sent),
        (pgettext("people", "delivered"), row.delivered),
        (pgettext("people", "read"), row.read),
        (pgettext("people", "replied"), row.replied),
    ]


def _lead(row: ModelLeads) -> tuple[str, int]:
    return f"{row.make} {row.model}", row.vehicle_count


def _bars(values: Sequence[tuple[str, int]]) -> list[Stage]:
    highest = max((value for _label, value in values), default=0) or 1
    return [
        Stage(label, str(number_format(value, force_grouping=True)), FULL * value // highest)
        for label, value in values
    ]


def days_chart(rows: Sequence[DayActivity]) -> DayChart | None:
    """Two columns a day, received and sent, up to the latest day; None without any message.

    The last MOST_DAYS days at most: narrower columns could not be told apart.
    """
    if not rows:
        return None
    last = max(row.date for row in rows)
    first = max(min(row.date for row in rows), last - dt.timedelta(days=MOST_DAYS - 1))
    shown = [row for row in rows if row.date >= first]
    slot = WIDTH // ((last - first).days + 1)
    highest = max(max(row.received, row.sent) for row in shown) or 1
    step = max(1, -(-((last - first).days + 1) // LABELS))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return DayChart(
        columns=[
            column
            for row in shown
            for column in _columns(row, (row.date - first).days * slot, slot, highest)
        ],
        labels=[
            (number * slot + slot // 2, date_format(day, pgettext("date format", "j M")))
            for number, day in enumerate(days)
            if number % step == 0
        ],
        highest=str(number_format(highest, force_grouping=True)),
    )


def _columns(row: DayActivity, left: int, slot: int, highest: int) -> Iterator[Column]:
    """What was received on a day, and to the right of it what was sent; nothing where none was."""
    width = max(1, min(28, slot * 2 // 5))
    middle = left + slot // 2
    amounts = ((Direction.INBOUND, row.received), (Direction.OUTBOUND, row.sent))
    for direction, count in amounts:
        if not count:
            continue
        height = max(1, HEIGHT * count // highest)
        yield Column(
            x=middle - width if direction == Direction.INBOUND else middle,
            y=HEIGHT - height,
            width=width,
            height=height,
            series=direction.value,
            title=gettext("%(day)s, %(direction)s: %(count)s")
            % {
                "day": date_format(row.date, "DATE_FORMAT"),
                "direction": direction.label,
                "count": count,
            },
        )

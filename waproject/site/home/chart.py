"""The bars of the last days, drawn by the page's template: no script, and the theme's own colours.

Lengths are percents of the drawing, as text, so that no locale writes a comma into them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from waproject.core.text.moments import named
from waproject.site.home.today import SHOWN, Day

# A label for every third day, today's among them: as many stand beside each other on a phone.
LABEL_EVERY = 3
MOST_LINES = 4


@dataclass(frozen=True)
class Bar:
    """One bar: its series, and where it stands."""

    series: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Column:
    """A day: its two bars, what they show in words, and the label below ("" for none)."""

    bars: tuple[Bar, Bar]
    title: str
    label: str
    x: str
    width: str


@dataclass(frozen=True)
class Line:
    """A line behind the bars, and the number that it stands for."""

    y: str
    label: str


@dataclass(frozen=True)
class Chart:
    columns: list[Column]
    lines: list[Line]


def chart(days: Sequence[Day]) -> Chart | None:
    """Sent and received on each of the last SHOWN days; None without any message."""
    drawn = days[-SHOWN:]
    highest = max((max(day.sent.messages, day.received.messages) for day in drawn), default=0)
    if not highest:
        return None
    step = _step(highest)
    top = -(-highest // step) * step
    lines = [Line(_length(100 - 100 * at / top), _shown(at)) for at in range(top, -1, -step)]
    return Chart(list(_columns(drawn, top)), lines)


def _step(highest: int) -> int:
    """A round number of which a few reach the highest bar."""
    round_numbers = (digit * 10**size for size in count() for digit in (1, 2, 5))
    return next(number for number in round_numbers if number * MOST_LINES >= highest)


def _columns(days: Sequence[Day], top: int) -> Iterator[Column]:
    width = 100 / len(days)
    last = len(days) - 1
    for place, day in enumerate(days):
        left = place * width
        is_named = (last - place) % LABEL_EVERY == 0
        yield Column(
            bars=(
                _bar("s1", left + width * 0.14, width * 0.42, day.sent.messages / top),
                _bar("s2", left + width * 0.6, width * 0.22, day.received.messages / top),
            ),
            title=_title(day),
            label=(_("today") if place == last else str(day.date.day)) if is_named else "",
            x=_length(left),
            width=_length(width),
        )


def _bar(series: str, x: float, width: float, share: float) -> Bar:
    height = 100 * share
    return Bar(series, _length(x), _length(100 - height), _length(width), _length(height))


def _title(day: Day) -> str:
    sent, received = day.sent.messages, day.received.messages
    return _("%(day)s: %(sent)s, %(received)s") % {
        "day": named(day.date, pgettext("date format", "l j F")),
        "sent": ngettext("%(count)s sent", "%(count)s sent", sent) % {"count": _shown(sent)},
        "received": ngettext("%(count)s reply", "%(count)s replies", received)
        % {"count": _shown(received)},
    }


def _length(value: float) -> str:
    return f"{value:.2f}"


def _shown(number: int) -> str:
    return str(number_format(number, use_l10n=True, force_grouping=True))

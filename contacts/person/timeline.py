"""What happened with a person, of all sources together: the latest first, a page at a time."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.person.parts import Entry, Kind, Place, Source, Window, sources

PAGE = 20


class Mark(NamedTuple):
    """The last entry of a page: its moment, the place of its source among all, its number."""

    moment: datetime
    source: int
    number: int

    def __str__(self) -> str:
        return f"{self.moment.isoformat()}_{self.source}_{self.number}"

    def as_seen_by(self, source: int) -> Place:
        """Where a source goes on. At one moment the entries of an earlier source come first."""
        if source < self.source:
            return Place(self.moment, 0)
        return Place(self.moment, self.number if source == self.source else sys.maxsize)


@dataclass(frozen=True)
class Period:
    """The entries under one heading: of today, or of a month."""

    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Timeline:
    """A page of it. `earlier` asks for the next one; "" when this is the last."""

    periods: list[Period] = field(default_factory=list)
    earlier: str = ""
    continues: bool = False  # the first heading stood on the page before


def kinds(user: Any) -> list[Kind]:
    """The kinds of which this user may see something."""
    return list(dict.fromkeys(source.kind for source in sources(user)))


def timeline(contact: Contact, user: Any, *, kind: str = "", before: str = "") -> Timeline:
    """The entries that this user may see, of one kind or of all, below what `before` names.

    As many queries as there are sources, or a few more, however much happened.
    """
    mark = _read(before)
    found: list[tuple[Mark, Entry]] = []
    for place, source in enumerate(sources(user)):
        if kind in ("", source.kind.name):
            found.extend(_below(mark, place, source, contact, user))
    found.sort(key=lambda one: (one[0].moment, -one[0].source, one[0].number), reverse=True)
    shown = found[:PAGE]
    periods = _by_period(entry for _mark, entry in shown)
    continues = bool(mark and periods and periods[0].title == _title(mark.moment))
    return Timeline(periods, str(shown[-1][0]) if len(found) > PAGE else "", continues)


def _below(
    mark: Mark | None, place: int, source: Source, contact: Contact, user: Any
) -> list[tuple[Mark, Entry]]:
    window = Window(PAGE + 1, mark.as_seen_by(place) if mark else None)
    entries = source.entries(contact, user, window)
    return [(Mark(entry.at, place, entry.number), entry) for entry in entries]


def _read(text: str) -> Mark | None:
    """The mark that a link has; None when it is none."""
    moment, *numbers = text.split("_")
    try:
        at = parse_datetime(moment)
        source, number = map(int, numbers)
    except ValueError:
        return None
    is_known = at is not None and timezone.is_aware(at) and 0 <= number <= sys.maxsize
    return Mark(at, source, number) if at and is_known else None


def _by_period(entries: Iterable[Entry]) -> list[Period]:
    return [
        Period(title, list(found))
        for title, found in groupby(entries, key=lambda one: _title(one.at))
    ]


def _title(moment: datetime) -> str:
    """`Today`, the month, or the month of another year."""
    local, today = timezone.localtime(moment), timezone.localtime()
    if local.date() == today.date():
        return _("Today")
    if local.year == today.year:
        return capfirst(date_format(local, "F"))
    return capfirst(date_format(local, "YEAR_MONTH_FORMAT"))

"""Time cut into stretches by the clock of the business: five minutes, an hour or a day each."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from waproject.core.text.moments import said

STEPS = {
    "minute": timedelta(minutes=5),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


def kind_for(span: timedelta, most: int) -> str:
    """The shortest kind of which `most` cover a span of time; days where none does."""
    return next((kind for kind, step in STEPS.items() if span < step * most), "day")


def begin_of(moment: datetime, kind: str) -> datetime:
    """The beginning of the stretch in which a moment lies."""
    local = timezone.localtime(moment).replace(second=0, microsecond=0)
    if kind == "minute":
        return local.replace(minute=local.minute - local.minute % 5)
    return local.replace(minute=0) if kind == "hour" else local.replace(hour=0, minute=0)


def stretches(first: datetime, last: datetime, kind: str) -> Iterator[datetime]:
    """The beginnings of the stretches from one moment to another, both included."""
    at = begin_of(first, kind)
    while at <= last:
        yield at
        at = begin_of(at + STEPS[kind], kind)


def title_of(at: datetime, kind: str) -> str:
    """A stretch by its beginning, as people say it."""
    return said(at, with_clock=kind != "day")


def short_label(at: datetime, kind: str) -> str:
    """A stretch as it is named under a chart."""
    return _LABELS[kind](at)


_LABELS: dict[str, Callable[[datetime], str]] = {
    "minute": lambda at: at.strftime("%H:%M"),
    "hour": lambda at: at.strftime("%H"),
    "day": lambda at: date_format(at, "j M"),
}

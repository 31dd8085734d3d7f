"""Moments as people say them: the time of today, the day of this week, the date of this year."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

# On either side of today a day is known by its name.
WEEK = timedelta(days=6)


def said(moment: datetime, *, with_clock: bool = True) -> str:
    """The moment in the time zone of now: `10:02` today, else a day and, if wanted, the time.

    The day is `jue 26 nov` around this week, `19 nov` this year, `12-03-2025` in another.
    """
    local, today = timezone.localtime(moment), timezone.localtime()
    clock = local.strftime("%H:%M")
    if local.date() == today.date():
        return clock if with_clock else gettext("today")
    day = said_day(local.date())
    return f"{day} {clock}" if with_clock else day


def said_day(day: date) -> str:
    """A day as `said` names it: `jue 26 nov` around this week, `19 nov` this year."""
    today = timezone.localdate()
    if abs(day - today) <= WEEK:
        return named(day, "D j M")
    if day.year == today.year:
        return named(day, "j M")
    return date_format(day, "SHORT_DATE_FORMAT")


def named(local: date, names: str) -> str:
    """A day or month by its name, in the letters of Django's formats.

    In Spanish the names of days and months are no proper names, which Django's are.
    """
    words = date_format(local, names)
    return words.lower() if (get_language() or "").startswith("es") else words


def said_in_full(moment: datetime, *, with_clock: bool = True) -> SafeString:
    """As `said`, with day and time for whoever points at it, and for programs."""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "SHORT_DATETIME_FORMAT"),
        said(moment, with_clock=with_clock),
    )

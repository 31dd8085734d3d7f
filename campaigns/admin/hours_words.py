"""Sending hours as people read them."""

from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from messaging.delivery.hours import EVERY_DAY, Hours


def hours_in_words(hours: Hours) -> str:
    """For example: Monday, Friday, from 9:00 to 21:00."""
    if hours.always_open:
        return _("at any hour")
    named = ", ".join(str(name) for day, name in WEEKDAYS.items() if hours.days >> day & 1)
    days = _("every day") if hours.days == EVERY_DAY else named
    if hours.start is None or hours.end is None:
        return days
    return _("%(days)s, from %(start)s to %(end)s") % {
        "days": days,
        "start": time_format(hours.start, "H:i"),
        "end": time_format(hours.end, "H:i"),
    }

"""Days of a business, and the moments at which they begin.

Days are those of the business (its time zone) unless a zone is given. Their limits are
computed here and not by the database, since SQLite knows no zones.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone


def days_back(days: int, *, zone: tzinfo | None = None) -> datetime:
    """The moment, in UTC, at which the day `days` before today began: 0 is today."""
    return start_of(timezone.localdate(timezone=zone) - timedelta(days=days), zone=zone)


def start_of(day: date, *, zone: tzinfo | None = None) -> datetime:
    """The first moment of `day`, in UTC.

    Where the clocks go forward at midnight, as in Santiago in September, the day begins at 01:00:
    the midnight that no clock shows is the same moment, counted by the clock of the day before.
    """
    midnight = datetime.combine(day, time.min, tzinfo=zone or timezone.get_current_timezone())
    return midnight.astimezone(UTC)

"""The stretch of time that a report looks back over."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import timezone


def days_back(days: int, *, zone: tzinfo = UTC) -> datetime:
    """The midnight, in `zone`, that began the day `days` before today.

    The same moment as `date('now', '-7 days')` in SQLite for 7 and UTC: seven full days and the
    part of today that has passed.
    """
    today = timezone.now().astimezone(zone).date()
    return start_of(today - timedelta(days=days), zone=zone)


def start_of(day: date, *, zone: tzinfo = UTC) -> datetime:
    """The first moment of `day` in `zone`."""
    return datetime.combine(day, time.min, tzinfo=zone)

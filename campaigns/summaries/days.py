"""Messages of past days, counted once a day after midnight.

Messages are never deleted and keep their day, so a row stands for all messages up to the mark, and
those after it are counted from the log. What the provider reports later changes old days: those of
RECOUNTED are counted again each night, the earlier ones stay as they were then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from campaigns.summaries.marks import look, newest
from campaigns.summaries.models import DaySummary, Mark
from messaging.models import Message
from messaging.models.querysets import MessageQuerySet
from messaging.states import ARRIVED, ENDS, MessageStatus
from waproject.core.days import start_of
from waproject.core.db.expressions import PartOfTime

RECOUNTED = timedelta(days=35)
# The reports on the evening's messages come a little later.
AFTER_MIDNIGHT = timedelta(minutes=5)
# Days of all zones begin at a quarter of an hour: so many seconds are counted together.
PART = 900
# So many new messages are counted in one step, and steps begin for so long.
STEP = 200_000
ENOUGH = timedelta(seconds=20)

COUNTS: dict[str, Any] = {
    "messages": Count("pk"),
    "delivered": Count("pk", filter=Q(status__in=ARRIVED)),
    "read": Count("pk", filter=Q(status=MessageStatus.READ)),
    "failed": Count("pk", filter=Q(status__in=ENDS)),
}


@dataclass
class DayCount:
    """Messages of one day in one direction; `prices` is what is known of them, by currency."""

    messages: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0
    prices: dict[str, Decimal] = field(default_factory=dict)

    def add(self, other: "DayCount") -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for unit, price in other.prices.items():
            self.prices[unit] = self.prices.get(unit, Decimal(0)) + price


# A day and a direction.
Key = tuple[date, str]
Days = dict[Key, DayCount]


def count_days() -> str:
    """Count the days that have passed, once a day. What it says is for the log of the worker."""
    mark = look(Mark.Log.MESSAGES, newest(Message.objects.all()))
    if mark.zone != str(timezone.get_current_timezone()):
        _begin_anew(mark)
    if not _is_due(mark):
        return "not due"
    enough = timezone.now() + ENOUGH
    while mark.upto < mark.settled and timezone.now() < enough:
        _count_step(mark)
    if mark.upto < mark.settled:
        return "goes on"
    today = timezone.localdate()
    _store(mark, _last_days(today), mark.upto, day=today)
    return "counted"


def _is_due(mark: Mark) -> bool:
    """Whether today's count is still to be made. A new log has nothing settled yet."""
    today = timezone.localdate()
    is_morning = timezone.now() - start_of(today) >= AFTER_MIDNIGHT
    return mark.settled > 0 and mark.day != today and is_morning


def _begin_anew(mark: Mark) -> None:
    """The days of another zone begin at other moments: count from the first message again."""
    with transaction.atomic():
        DaySummary.objects.all().delete()
        mark.zone, mark.upto, mark.day = str(timezone.get_current_timezone()), 0, None
        mark.save(update_fields=["zone", "upto", "day"])


def _count_step(mark: Mark) -> None:
    """Count the days of the next STEP messages."""
    upto = min(mark.settled, mark.upto + STEP)
    new = Message.objects.filter(pk__gt=mark.upto, pk__lte=upto).order_by()
    days = new.values_list(TruncDate("created_at"), flat=True).distinct()
    _store(mark, list(days), upto, day=mark.day)


def _last_days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in range(1, RECOUNTED.days + 1)]


def _store(mark: Mark, days: Iterable[date], upto: int, *, day: date | None) -> None:
    """Write the rows of these days, counted up to a message, and move the mark there."""
    now = timezone.now()
    rows = [_row(at, direction, count, now) for (at, direction), count in _counted(days, upto)]
    with transaction.atomic():
        ours = Mark.objects.filter(pk=mark.pk, upto=mark.upto, zone=mark.zone)
        if ours.update(upto=upto, day=day):
            DaySummary.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["tenant", "date", "direction"],
                update_fields=[*COUNTS, "prices", "counted_at"],
                batch_size=500,
            )
    mark.upto, mark.day = upto, day


def _counted(days: Iterable[date], upto: int) -> Iterator[tuple[Key, DayCount]]:
    """Each day by its own two moments: an index has the rows, and SQLite knows no zones."""
    for day in days:
        messages = Message.objects.filter(
            created_at__gte=start_of(day),
            created_at__lt=start_of(day + timedelta(days=1)),
            pk__lte=upto,
        )
        yield from days_of(messages).items()


def days_of(messages: MessageQuerySet, *, zone: tzinfo | None = None) -> Days:
    """The counts of these messages by day of `zone`, else the current one, and direction.

    One query, by parts of days: SQLite finds the day of a moment by a function in Python.
    """
    rows = (
        messages.in_earnest()
        .order_by()
        .values_list(PartOfTime("created_at", PART), "direction", "price_unit")
        .annotate(price=Sum("price"), **COUNTS)
    )
    found: Days = defaultdict(DayCount)
    for part, direction, unit, price, *counts in rows:
        count = DayCount(*counts)
        if price is not None:
            count.prices[unit] = price
        found[day_of_part(part, zone), direction].add(count)
    return dict(found)


def day_of_part(part: int, zone: tzinfo | None) -> date:
    """The day of `zone`, else the current one, in which a part of time lies."""
    return timezone.localdate(datetime.fromtimestamp(part * PART, UTC), timezone=zone)


def _row(day: date, direction: str, count: DayCount, now: datetime) -> DaySummary:
    counts = {name: getattr(count, name) for name in COUNTS}
    prices = {unit: str(price) for unit, price in count.prices.items()}
    return DaySummary(date=day, direction=direction, **counts, prices=prices, counted_at=now)


def daily_counts(first: date) -> Days:
    """Messages by day of the business and direction, from a day on until now. Three queries.

    The numbers of messages are those of the log, and so is all of today. What became of those of
    past days is as it was when they were last counted.
    """
    zone = str(timezone.get_current_timezone())
    mark = Mark.objects.filter(log=Mark.Log.MESSAGES, tenant=OuterRef("tenant"))
    # In one statement with the rows, so that both are of the same moment.
    rows = DaySummary.objects.annotate(
        upto=Subquery(mark.values("upto")), zone=Subquery(mark.values("zone"))
    )
    today = timezone.localdate()
    counted = list(rows.filter(date__gte=first, date__lt=today, zone=zone))
    upto = max((row.upto for row in counted), default=0)
    found: Days = {(row.date, row.direction): count_of(row) for row in counted}
    for messages in _uncounted(upto, first, today):
        for key, count in days_of(messages).items():
            if key[0] >= first:
                found.setdefault(key, DayCount()).add(count)
    return found


def is_counted(first: date) -> bool:
    """Whether past days from this one on have their rows, so that little of the log is read."""
    zone = str(timezone.get_current_timezone())
    marks = Mark.objects.filter(log=Mark.Log.MESSAGES, tenant=OuterRef("tenant"), zone=zone)
    return DaySummary.objects.filter(Exists(marks), date__gte=first).exists()


def _uncounted(upto: int, first: date, today: date) -> Iterator[MessageQuerySet]:
    """The messages that no row of a past day counts; all from the first day on without any row.

    Those of today are apart: where it is asked for both at once, SQLite finds neither by an index.
    """
    if not upto:
        yield Message.objects.since(start_of(first))
        return
    yield Message.objects.filter(created_at__gte=start_of(today))
    yield Message.objects.filter(pk__gt=upto, created_at__lt=start_of(today))


def count_of(row: DaySummary) -> DayCount:
    prices = {unit: Decimal(price) for unit, price in row.prices.items()}
    return DayCount(**{name: getattr(row, name) for name in COUNTS}, prices=prices)

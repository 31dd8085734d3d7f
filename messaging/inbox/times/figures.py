"""What many rounds took: medians, percentiles, and the share that was in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from messaging.inbox.models import Round
from messaging.inbox.times.targets import Targets, targets
from messaging.models import Conversation

HIGH = 0.9


@dataclass(frozen=True, slots=True)
class Taken:
    """A round in open time: what its first answer and its resolution took, and by whose id.

    None for what has not happened; `is_late` where the answer is still to come, and overdue.
    """

    began_at: datetime
    answer: timedelta | None
    answered_by: int | None
    resolution: timedelta | None
    resolved_by: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some lengths of time. `in_time` is in percent; None without a target or any length."""

    count: int
    middle: timedelta | None
    high: timedelta | None
    in_time: float | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rounds of a day nobody has answered or resolved, and how many of them are late."""

    count: int = 0
    late: int = 0


def rounds_since(since: datetime) -> tuple[list[Taken], Targets]:
    """The rounds that began at `since` or later and were answered or resolved. Two queries."""
    aims, now = targets(), timezone.now()
    clock = aims.clock(since, now)
    late = aims.late_since(aims.answer, now)
    names = ("began_at", "answered_at", "answered_by", "resolved_at", "resolved_by")
    # An answer for tomorrow is none yet.
    rows = Round.objects.filter(began_at__gte=since).order_by().values_list(*names)
    found = []
    for began, answered, answerer, resolved, resolver in rows:
        is_answered = answered is not None and answered <= now
        found.append(
            Taken(
                began,
                clock.between(began, answered) if is_answered else None,
                answerer,
                clock.between(began, resolved) if resolved else None,
                resolver,
                is_late=not is_answered and not resolved and late is not None and began <= late,
            )
        )
    return found, aims


def waiting_by_day(since: datetime, aims: Targets) -> dict[date, Waiting]:
    """The rounds that began at `since` or later and have no row yet, by the day they began.

    One query. A busy month has tens of thousands: the database counts them.
    """
    kept = Round.objects.filter(conversation=OuterRef("pk"), began_at=OuterRef("round_began_at"))
    late = aims.late_since(aims.answer, timezone.now())
    is_late = Q(round_began_at__lte=late) if late else Q(pk__in=[])
    counted = (
        Conversation.objects.filter(round_began_at__gte=since)
        .exclude(Exists(kept))
        .order_by()
        .values(day=TruncDate("round_began_at"))
        .annotate(count=Count("pk"), late=Count("pk", filter=is_late))
    )
    return {row["day"]: Waiting(row["count"], row["late"]) for row in counted}


def figures(lengths: Sequence[timedelta], allowed: timedelta | None, *, missed: int = 0) -> Figures:
    """The figures of these lengths; `missed` are those that are late already, without an end."""
    if not lengths:
        return Figures(0, None, None, 0.0 if missed and allowed else None)
    ordered = sorted(lengths)
    middle = timedelta(seconds=median(length.total_seconds() for length in ordered))
    in_time = None
    if allowed is not None:
        good = sum(length <= allowed for length in ordered)
        in_time = round(100 * good / (len(ordered) + missed), 1)
    return Figures(len(ordered), middle, ordered[ceil(HIGH * len(ordered)) - 1], in_time)

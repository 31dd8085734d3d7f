"""The hours in which people may be written to, on their own clocks.

Pure: no database, no settings, no present moment. Moments are aware datetimes and come back in UTC.
What counts is what the clock on the wall shows. A time that a change of clocks leaves out never
comes, and one that it repeats comes twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

EVERY_DAY = 0b111_1111
MIDNIGHT = time()
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# Every weekday comes round within a week, or two where a calendar leaves one out.
SEARCHED_DAYS = 15
SEARCHED_STRETCHES = 1_000


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `start` until `end` on `days`, by the clock of each zone that is asked about.

    `days` has a bit for each weekday, Monday's the lowest. When `end` is not after `start` the
    hours pass midnight, and belong to the day on which they began. Without times, whole days are
    open. Where several zones are named, it must be open in all of them.
    """

    start: time | None = None
    end: time | None = None
    days: int = EVERY_DAY

    @property
    def always_open(self) -> bool:
        return self.days == EVERY_DAY and self._opens == self._closes

    def is_open(self, at: datetime, zones: Sequence[tzinfo]) -> bool:
        return all(self._shows_open(at.astimezone(zone)) for zone in zones)

    def next_opening(self, at: datetime, zones: Sequence[tzinfo]) -> datetime | None:
        """`at` itself when it is open then, or the next moment at which it is.

        None when it never is: far zones may have no hour in common.
        """
        if self.is_open(at, zones):
            return at
        return next((turn for turn in self._turns(at, zones) if self.is_open(turn, zones)), None)

    def next_closing(self, at: datetime, zones: Sequence[tzinfo]) -> datetime | None:
        """The first moment after `at` at which it is closed; None when it stays open."""
        if self.always_open:
            return None
        turns = self._turns(at, zones)
        return next((turn for turn in turns if not self.is_open(turn, zones)), None)

    def open_for(self, length: timedelta, at: datetime, zones: Sequence[tzinfo]) -> datetime | None:
        """When `length` of open time will have passed since `at`; None when not within years."""
        for opening, closing in islice(self.stretches(at, zones), SEARCHED_STRETCHES):
            if closing is None or opening + length <= closing:
                return opening + length
            length -= closing - opening
        return None

    def open_time(self, at: datetime, until: datetime, zones: Sequence[tzinfo]) -> timedelta:
        """How much open time there is between two moments."""
        total = timedelta()
        for opening, closing in self.stretches(at, zones):
            if opening >= until:
                break
            total += min(closing or until, until) - opening
            if closing is None:
                break
        return total

    def stretches(
        self, at: datetime, zones: Sequence[tzinfo]
    ) -> Iterator[tuple[datetime, datetime | None]]:
        """Each time it is open from `at` on: since when, and until when (None: for good)."""
        opening = self.next_opening(at, zones)
        while opening is not None:
            closing = self.next_closing(opening, zones)
            yield opening, closing
            opening = None if closing is None else self.next_opening(closing, zones)

    @property
    def _opens(self) -> time:
        return self.start or MIDNIGHT

    @property
    def _closes(self) -> time:
        return self.end or MIDNIGHT

    def _shows_open(self, clock: datetime) -> bool:
        """Whether it is open when the clock on the wall shows this date and time."""
        now = clock.time()
        if self._opens < self._closes:
            return self._opens <= now < self._closes and self._has(clock.weekday())
        if now >= self._opens and self._has(clock.weekday()):
            return True
        return now < self._closes and self._has((clock.weekday() - 1) % 7)

    def _has(self, weekday: int) -> bool:
        return bool(self.days >> weekday & 1)

    def _turns(self, at: datetime, zones: Sequence[tzinfo]) -> Iterator[datetime]:
        """Every moment after `at`, in order, at which it may open or close (or may not)."""
        begin = at.astimezone(UTC)
        for _day in range(SEARCHED_DAYS):
            end = begin + _DAY
            moments = {turn for zone in zones for turn in self._turns_of(zone, begin, end)}
            yield from sorted(turn for turn in moments if begin < turn <= end)
            begin = end

    def _turns_of(self, zone: tzinfo, begin: datetime, end: datetime) -> Iterator[datetime]:
        """The moments near `begin` to `end` (a day at most) that can matter in one zone."""
        day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            for clock in (self._opens, self._closes, MIDNIGHT):
                yield from _moments(day, clock, zone)
            day += _DAY
        yield from _change_of_clocks(zone, begin, end)


def _moments(day: date, clock: time, zone: tzinfo) -> Iterator[datetime]:
    """When the clock shows this time: twice when it is set back, and near it when it is skipped."""
    for fold in (0, 1):
        yield datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC)


def _change_of_clocks(zone: tzinfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moment from which a zone's offset is another one, to the second; most days have none."""
    old = begin.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == old:
        return
    while end - begin > _SECOND:
        middle = begin + (end - begin) // 2
        if middle.astimezone(zone).utcoffset() == old:
            begin = middle
        else:
            end = middle
    # The search closes in on the change from above, by less than a second.
    yield end.replace(microsecond=0)

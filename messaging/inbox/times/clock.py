"""Open time between moments, for as many pairs of moments as are asked about."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from messaging.delivery.hours import Hours

NOTHING = timedelta()


class Clock:
    """The open hours from `since` until `until`, laid out once: each question costs a bisection.

    Moments before or after are taken for the first or the last one.
    """

    def __init__(
        self, hours: Hours, zones: Sequence[tzinfo], since: datetime, until: datetime
    ) -> None:
        self.openings: list[datetime] = []
        self.lengths: list[timedelta] = []
        # The open time before each opening.
        self.before: list[timedelta] = []
        self.total = NOTHING
        for opening, closing in hours.stretches(since, zones):
            if opening >= until:
                break
            length = min(closing or until, until) - opening
            self.openings.append(opening)
            self.lengths.append(length)
            self.before.append(self.total)
            self.total += length
            if closing is None:
                break

    def passed(self, at: datetime) -> timedelta:
        """The open time from the beginning to a moment."""
        place = bisect_right(self.openings, at) - 1
        if place < 0:
            return NOTHING
        return self.before[place] + min(at - self.openings[place], self.lengths[place])

    def between(self, begin: datetime, end: datetime) -> timedelta:
        return self.passed(end) - self.passed(begin)

    def since_when(self, length: timedelta) -> datetime | None:
        """Since when so much open time has passed at the end; None when it is not so much."""
        left = self.total - length
        if left < NOTHING or not self.openings:
            return None
        place = bisect_right(self.before, left) - 1
        return self.openings[place] + (left - self.before[place])

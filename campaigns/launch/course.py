"""How the messages of a campaign leave: at its pace, in its hours, within the daily limit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import NamedTuple

from campaigns.models import Campaign
from messaging.delivery.timing.daily_limit import Forecast
from waproject.core.stretches import STEPS, kind_for, stretches

# A picture has so many stretches at most.
MOST_STRETCHES = 24


class Departures(NamedTuple):
    """How many people are written to in the stretch of time that begins at a moment."""

    at: datetime
    people: int


@dataclass(frozen=True)
class Course:
    """The messages of a campaign to `people`, of whom `first` count against the daily limit.

    They leave between `begin` and `finish`; the hours are those of `zone`.
    """

    campaign: Campaign
    people: int
    first: int
    begin: datetime
    finish: datetime
    zone: Sequence[tzinfo]
    limited: Forecast | None = None

    def reached(self, at: datetime) -> int:
        """How many have been written to by a moment, at the least."""
        if at <= self.begin:
            return 0
        time = self.campaign.hours.open_time(self.begin, at, self.zone)
        reached = min(self.people, math.floor(time.total_seconds() * self.campaign.rate))
        if self.limited:
            free = self.people - self.first
            reached = min(reached, free + self.limited.reached_within(at - self.begin))
        return reached

    def departures(self) -> tuple[str, list[Departures]]:
        """The kind of stretch (waproject.core.stretches), and how many leave in each of them."""
        kind = kind_for(self.finish - self.begin, MOST_STRETCHES)
        found: list[Departures] = []
        before = 0
        for at in islice(stretches(self.begin, self.finish, kind), MOST_STRETCHES + 1):
            end = at + STEPS[kind]
            # All that comes before the end has left by then, the message under way as well.
            is_last = end > self.finish
            upto = self.last_reached if is_last else self.reached(end)
            found.append(Departures(at, max(0, upto - before)))
            before = max(before, upto)
        return kind, found

    @property
    def last_reached(self) -> int:
        """How many are written to in all: not those whom the campaign's end comes before."""
        ends_at = self.campaign.ends_at
        cut = ends_at is not None and self.finish >= ends_at
        return self.reached(self.finish) if cut else self.people

"""Sending hours and the end of a stream, applied to the people of one moment."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone

from contacts.phones.zones import read_zones
from messaging.delivery.hours import Hours

# A request may begin this long after the last look at the clock (dispatch's
# LOOK_VALID_SECONDS, and what a busy machine adds to it).
MARGIN = timedelta(seconds=1)
# The provider drops an SMS that it could not send within this time.
VALIDITY_MOST = timedelta(hours=10)


class Policy(Protocol):
    """What has hours and an end: a stream, or the campaign that it will belong to."""

    ends_at: datetime | None

    @property
    def hours(self) -> Hours: ...


class Calendar:
    """When a policy allows to write, as seen from `now`. Each zone is worked out once."""

    def __init__(self, policy: Policy, now: datetime) -> None:
        self.hours = policy.hours
        self.ends_at = policy.ends_at
        self.now = now
        self._turns: dict[str, datetime | None] = {}

    def turn(self, time_zone: str) -> datetime | None:
        """When someone of these zones may be written to: now, or at the next opening.

        None when there is none before the end. `time_zone` is as in Delivery.
        """
        if time_zone not in self._turns:
            self._turns[time_zone] = self._find_turn(time_zone)
        return self._turns[time_zone]

    def may_leave(self, time_zone: str) -> bool:
        return self.turn(time_zone) == self.now

    def _find_turn(self, time_zone: str) -> datetime | None:
        turn: datetime | None = self.now
        zones = read_zones(time_zone)
        soon = self.now + MARGIN
        if not (self.hours.is_open(self.now, zones) and self.hours.is_open(soon, zones)):
            turn = self.hours.next_opening(soon, zones)
        late = turn is not None and self.ends_at is not None and turn + MARGIN >= self.ends_at
        return None if late else turn


def seconds_left(policy: Policy, time_zone: str, valid_until: datetime | None = None) -> int | None:
    """How long a message to someone of these zones may still wait at the provider, in seconds.

    1 to 36,000: until the hours end, or the policy does, or the message is too old; None when there
    is no such end.
    """
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    ends = [policy.ends_at, valid_until, _closing(policy.hours, read_zones(time_zone), minute)]
    until = min((end for end in ends if end is not None), default=None)
    if until is None:
        return None
    return int(max(timedelta(seconds=1), min(until - now, VALIDITY_MOST)).total_seconds())


@lru_cache(maxsize=1_000)
def _closing(hours: Hours, zones: tuple[ZoneInfo, ...], minute: datetime) -> datetime | None:
    """When the hours end that are open at a minute. The answer is the same for a whole batch."""
    return hours.next_closing(minute, zones)

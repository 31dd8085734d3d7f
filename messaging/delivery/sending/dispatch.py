"""Requests under way: each in its slot, no more at once than allowed, none pushed together."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from django.conf import settings

from messaging.delivery.claiming.claims import Claimed

# On a line that is full, a request that missed its slot by more gives the slot up for a later one:
# going at once, it would come on top of those that other workers send in theirs.
SLOT_LATE_SECONDS = 0.025
# Requests that missed their slots by less go out at this many times the rate, not all at once.
CATCH_UP = 1.05
# A request that could not begin within this time of its look is looked at again.
LOOK_VALID_SECONDS = 0.7
# So many times as many as may be under way may be cleared: there is always a next one, while those
# after it are being claimed and looked at. No more are cleared when those who begin are late by
# more seconds than this: the wire is slower than the rate, and looks would grow old in the queue.
CLEARED_MOST = 4
DELAY_SECONDS_MOST = 0.4
# Nobody sleeps for less: a timer's own trouble takes as long. Those who did not sleep are counted
# all the same, so no more leave in a second for it.
CLOCK_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Clearance:
    """Leave for a group to depart.

    `start` is the group's first slot, in seconds since 1970; `looked_at` when it was looked at, by
    time.monotonic; `full` whether others may stand in the sender's line beside it.
    """

    start: float
    looked_at: float
    full: bool


class Cleared(NamedTuple):
    """One delivery that may go in its slot; the earliest slot first, then in the order cleared."""

    slot: float
    number: int
    delivery: Claimed
    clearance: Clearance


class Dispatch:
    """The requests of one run. `rate` is in requests per second.

    As many tasks as may be under way at once, each taking the next delivery when its request has
    ended: so a free place is filled at once, and a delivery that waits for one costs no task.
    `send` makes one request and sees to its outcome. Those whose slot or whose last look passed
    before they could begin are in `missed`: still claimed, to be cleared once more.
    """

    def __init__(self, rate: float, send: Callable[[Claimed], Awaitable[None]]) -> None:
        self.rate = rate
        self.send = send
        self.missed: list[Claimed] = []
        self._places = settings.SENDING_IN_FLIGHT
        self._cleared: list[Cleared] = []
        self._number = count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_ended = asyncio.Event()
        self._next_turn = 0.0
        self._recalled_at = 0.0
        self._delay = 0.0  # of the request that began last, in seconds

    def clear(self, group: Sequence[Claimed], clearance: Clearance) -> None:
        """Let each of the group go in its slot."""
        for position, one in enumerate(group):
            slot = max(clearance.start + position / self.rate, one.leaves_at)
            heappush(self._cleared, Cleared(slot, next(self._number), one, clearance))
        self._begin_tasks(len(group))

    def recall(self) -> None:
        """Let nobody go who was cleared before now: each misses the slot instead."""
        self._recalled_at = time.monotonic()

    def take_missed(self) -> list[Claimed]:
        """Those who missed their slot since the last call."""
        missed, self.missed = self.missed, []
        return missed

    async def wait_for_room(self, count: int) -> None:
        """Wait until `count` more may be cleared."""
        most = CLEARED_MOST * self._places
        while self._tasks and (
            len(self._tasks) + len(self._cleared) + count > most or self._delay > DELAY_SECONDS_MOST
        ):
            self._one_ended.clear()
            await self._one_ended.wait()

    async def wait_for_all(self, seconds: float | None = None) -> bool:
        """Wait until nothing is under way or cleared to go, at most so long; whether some is."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        return bool(self._tasks)

    def _begin_tasks(self, most: int) -> None:
        free = self._places - len(self._tasks)
        for _task in range(min(most, free)):
            task = asyncio.create_task(self._work())
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # A task that failed leaves to another one what it would have taken.
        self._begin_tasks(len(self._cleared))
        self._one_ended.set()

    async def _work(self) -> None:
        """Let one after the other go, until nobody is cleared."""
        has_sent = False
        while self._cleared:
            one = heappop(self._cleared)
            # Where the wire is the limit everyone is late, and nothing comes faster for it.
            is_due = one.slot <= time.time()
            wire_was_full = is_due and has_sent and len(self._tasks) >= self._places
            await _sleep_until(one.slot)
            has_sent = await self._leave(one, wire_was_full=wire_was_full)
            self._one_ended.set()

    async def _leave(self, one: Cleared, *, wire_was_full: bool) -> bool:
        """Make the request, unless its slot or its look has passed; whether it was made."""
        self._delay = time.time() - one.slot
        is_late = one.clearance.full and not wire_was_full and self._delay > SLOT_LATE_SECONDS
        if not is_late:
            await _sleep_until(self.take_turn())
        if is_late or not self._is_fresh(one.clearance):
            self.missed.append(one.delivery)
            return False
        await self.send(one.delivery)
        return True

    def _is_fresh(self, clearance: Clearance) -> bool:
        recalled = clearance.looked_at < self._recalled_at
        return not recalled and time.monotonic() - clearance.looked_at <= LOOK_VALID_SECONDS

    def take_turn(self) -> float:
        """When the next request may begin: what a busy machine delayed is caught up slowly."""
        turn = max(time.time(), self._next_turn)
        self._next_turn = turn + 1 / (self.rate * CATCH_UP)
        return turn


async def _sleep_until(moment: float) -> None:
    seconds = moment - time.time()
    if seconds > CLOCK_SECONDS:
        await asyncio.sleep(seconds)

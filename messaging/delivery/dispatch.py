"""Requests under way: each in its slot, no more at once than allowed, none pushed together."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from django.conf import settings

from messaging.delivery.claims import Claimed

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
CLEARED_MOST = 3
DELAY_SECONDS_MOST = 0.3


@dataclass(frozen=True, slots=True)
class Clearance:
    """Leave for a group to depart.

    `start` is the group's first slot, in seconds since 1970; `looked_at` when it was looked at, by
    time.monotonic; `full` whether others may stand in the sender's line beside it.
    """

    start: float
    looked_at: float
    full: bool


class Dispatch:
    """The requests of one run, each a task. `rate` is in requests per second.

    `send` makes one request and sees to its outcome. Those whose slot or whose last look passed
    before they could begin are in `missed`: still claimed, to be cleared once more.
    """

    def __init__(self, rate: float, send: Callable[[Claimed], Awaitable[None]]) -> None:
        self.rate = rate
        self.send = send
        self.missed: list[Claimed] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._wire = asyncio.Semaphore(settings.SENDING_IN_FLIGHT)
        self._one_ended = asyncio.Event()
        self._next_turn = 0.0
        self._recalled_at = 0.0
        self._delay = 0.0  # of the request that began last, in seconds

    def clear(self, group: Sequence[Claimed], clearance: Clearance) -> None:
        """Let each of the group go in its slot."""
        for position, one in enumerate(group):
            slot = max(clearance.start + position / self.rate, one.leaves_at)
            task = asyncio.create_task(self._leave(one, slot, clearance))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def recall(self) -> None:
        """Let nobody go who was cleared before now: each misses the slot instead."""
        self._recalled_at = time.monotonic()

    def take_missed(self) -> list[Claimed]:
        """Those who missed their slot since the last call."""
        missed, self.missed = self.missed, []
        return missed

    async def wait_for_room(self, count: int) -> None:
        """Wait until `count` more may be cleared."""
        most = CLEARED_MOST * settings.SENDING_IN_FLIGHT
        while self._tasks and (len(self._tasks) + count > most or self._delay > DELAY_SECONDS_MOST):
            self._one_ended.clear()
            await self._one_ended.wait()

    async def wait_for_all(self, seconds: float | None = None) -> bool:
        """Wait until nothing is under way or cleared to go, at most so long; whether some is."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        return bool(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._one_ended.set()

    async def _leave(self, delivery: Claimed, slot: float, clearance: Clearance) -> None:
        await _sleep_until(slot)
        # Where the wire is the limit everyone is late, and nothing comes faster for it.
        wire_was_full = self._wire.locked()
        async with self._wire:
            self._delay = time.time() - slot
            if clearance.full and not wire_was_full and self._delay > SLOT_LATE_SECONDS:
                self.missed.append(delivery)
                return
            await _sleep_until(self.take_turn())
            if not self._is_fresh(clearance):
                self.missed.append(delivery)
                return
            await self.send(delivery)

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
    if seconds > 0:
        await asyncio.sleep(seconds)

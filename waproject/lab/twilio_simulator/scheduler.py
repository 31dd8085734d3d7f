"""Runs jobs at their times."""

import asyncio
import heapq
import itertools
import logging
import time
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Scheduler:
    """Jobs at their times, a limited number at once. A waiting job costs a few dozen bytes."""

    def __init__(self, at_once: int = 32) -> None:
        self._waiting: list[tuple[float, int, Job]] = []
        self._count = itertools.count()
        self._running: set[asyncio.Task[None]] = set()
        self._at_once = at_once
        self._changed = asyncio.Event()

    @property
    def pending(self) -> int:
        """How many jobs are waiting or under way."""
        return len(self._waiting) + len(self._running)

    def after(self, seconds: float, job: Job) -> None:
        """Do a job that many seconds from now."""
        heapq.heappush(self._waiting, (time.monotonic() + seconds, next(self._count), job))
        self._changed.set()

    async def run(self) -> None:
        """Run jobs until cancelled; those under way are cancelled with it."""
        try:
            while True:
                self._changed.clear()
                self._start_due()
                await self._wait()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _start_due(self) -> None:
        now = time.monotonic()
        while self._waiting and self._waiting[0][0] <= now and len(self._running) < self._at_once:
            _due, _count, job = heapq.heappop(self._waiting)
            task = asyncio.ensure_future(self._do(job))
            self._running.add(task)
            task.add_done_callback(self._finished)

    async def _wait(self) -> None:
        timeout = None
        if self._waiting and len(self._running) < self._at_once:
            timeout = max(0.0, self._waiting[0][0] - time.monotonic())
        try:
            async with asyncio.timeout(timeout):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _do(self, job: Job) -> None:
        try:
            await job()
        except Exception:
            logger.exception("A job of the simulator failed.")

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._changed.set()

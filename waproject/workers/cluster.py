"""One worker cluster, kept alive: started, listened to, ended when deaf, and started again."""

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from waproject.workers.heartbeat_files import Pulse, Taken
from waproject.workers.processes.children import Child

logger = logging.getLogger(__name__)

# A deaf cluster is asked to stop, for the case that a worker of it still works; it seldom can.
DEAF_GRACE_SECONDS = 5.0
# A cluster that has just been started may take so much longer until it is heard.
START_SECONDS = 20.0
# A job that has ended is booked by another process, which may take so long for it.
BOOKING_SECONDS = 2.0
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0


class Keeper:
    """Keeps the cluster of one queue. Times are seconds of time.monotonic() unless aware.

    `start` starts the cluster and `bury` ends what is left of it. The herald, on a thread of its
    own, says when a heartbeat was asked for, and takes what is `lost`: the jobs that dead clusters
    held. All else happens on the thread that calls `tend`.
    """

    def __init__(
        self,
        queue: str,
        folder: Path,
        *,
        start: Callable[[Path], Child],
        bury: Callable[[Child], None],
        deaf_after: float,
    ) -> None:
        self.queue = queue
        self.key = uuid4()
        self.pulse = Pulse(folder / str(self.key))
        self.heard_at: datetime | None = None
        self.restarts = 0
        self.lost: SimpleQueue[Taken] = SimpleQueue()
        self._start, self._bury = start, bury
        self._deaf_after = deaf_after
        self._child: Child | None = None
        self._start_at = 0.0
        self._kill_at: float | None = None
        self._failures = 0
        self._beat = self.pulse.beat()
        self._asked_at: float | None = None
        self._busy_at = -math.inf
        self._heard = False

    def tend(self) -> None:
        """Look once, and do what is needed; never waits."""
        now = time.monotonic()
        if self._child is None:
            if now >= self._start_at:
                self._raise()
            return
        self.listen(now)
        code = self._child.process.poll()
        if code is not None:
            self._end(self._child, now, f"ended with code {code}")
        elif self._kill_at is not None:
            if now >= self._kill_at:
                self._end(self._child, now, "was killed")
        elif self.is_deaf(now):
            self._dismiss(self._child, now)

    def asked(self, now: float) -> None:
        """A heartbeat was asked for; silence counts from the first one that is not heard."""
        if self._asked_at is None:
            self._asked_at = now

    def excuse(self) -> None:
        """What was asked for so far may never have reached the queue."""
        self._asked_at = None

    def silent_for(self, now: float) -> float:
        """How long the oldest unheard heartbeat has been on its way."""
        asked_at = self._asked_at
        return now - asked_at if asked_at is not None else 0.0

    def is_deaf(self, now: float) -> bool:
        """Silent for too long, without the excuse of a job under way or not yet booked."""
        allowed = self._deaf_after + (0 if self._heard else START_SECONDS)
        silence = self.silent_for(now)
        if silence <= allowed:
            return False
        excused = now - self._busy_at <= BOOKING_SECONDS
        return silence > allowed + job_timeout(self.queue) or not excused

    def listen(self, now: float) -> None:
        """Take in the signs of life; a job that ends between two looks has its beat soon after."""
        if self.pulse.is_busy():
            self._busy_at = now
        beat = self.pulse.beat()
        if beat != self._beat:
            self._beat = beat
            self._asked_at = None
            self._heard = True
            self._failures = 0
            self.heard_at = timezone.now()

    def collect_lost(self) -> None:
        """Once the cluster has ended: see what it took and did not book."""
        for taken in self.pulse.collect():
            self.lost.put(taken)

    def _raise(self) -> None:
        self._child = self._start(self.pulse.folder)
        self._asked_at, self._busy_at, self._heard = None, -math.inf, False
        logger.info("Cluster %s: started, process %d.", self.queue, self._child.process.pid)

    def _dismiss(self, child: Child, now: float) -> None:
        logger.warning(
            "Cluster %s: deaf, no heartbeat came through for %d seconds; it is asked to stop.",
            self.queue,
            self.silent_for(now),
        )
        child.ask_to_stop()
        self._kill_at = now + min(DEAF_GRACE_SECONDS, self._deaf_after)

    def _end(self, child: Child, now: float, how: str) -> None:
        """Kill whatever is left of the group, and set the time of the next start."""
        delay = delay_after(self._failures)
        logger.warning(
            "Cluster %s: process %d %s; it is started again in %g seconds.",
            self.queue,
            child.process.pid,
            how,
            delay,
        )
        self._bury(child)
        self.collect_lost()
        self._child = self._kill_at = None
        self._start_at = now + delay
        self._failures += 1
        self.restarts += 1


def delay_after(failures: int) -> float:
    """Seconds until the next start, after so many lives in a row without a heartbeat."""
    return min(FIRST_DELAY_SECONDS * 2 ** min(failures, 16), LONGEST_DELAY_SECONDS)


def queues() -> list[str]:
    """The queues that this installation has, the one for sending first."""
    return [settings.Q_CLUSTER["name"], *settings.Q_CLUSTER.get("ALT_CLUSTERS", {})]


def job_timeout(queue: str) -> float:
    """How long a job of this queue may take, in seconds."""
    changes = settings.Q_CLUSTER.get("ALT_CLUSTERS", {}).get(queue, {})
    return float({**settings.Q_CLUSTER, **changes}["timeout"])

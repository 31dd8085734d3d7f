"""One worker cluster: its process is started, watched, killed when deaf, and started again.

A cluster is deaf when no heartbeat, a job that does nothing, comes through its queue.
"""

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

from waproject.workers.clusters.heartbeat_files import HeartbeatFiles, Taken
from waproject.workers.processes.children import Child

logger = logging.getLogger(__name__)

# A deaf cluster has so long to stop by itself, in case one of its workers is at a job.
DEAF_GRACE_SECONDS = 5.0
# A cluster that has just been started may take so much longer until its first heartbeat.
START_SECONDS = 20.0
# A job that has ended is booked by another process, which may take so long for it.
BOOKING_SECONDS = 2.0
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0


class ClusterProcess:
    """The cluster of one queue. Times are seconds of time.monotonic(), or aware datetimes.

    `start` starts the process and `discard` kills what is left of it. The thread that calls `tend`
    does everything here, but for two things that the reporter's thread does: it calls `asked` when
    it has put a heartbeat into the queue, and it takes from `lost` the jobs of dead clusters.
    """

    def __init__(
        self,
        queue: str,
        folder: Path,
        *,
        start: Callable[[Path], Child],
        discard: Callable[[Child], None],
        deaf_after: float,
    ) -> None:
        self.queue = queue
        self.key = uuid4()
        self.heartbeat_files = HeartbeatFiles(folder / str(self.key))
        self.heard_at: datetime | None = None
        self.restarts = 0
        self.lost: SimpleQueue[Taken] = SimpleQueue()
        self._start, self._discard = start, discard
        self._deaf_after = deaf_after
        self._child: Child | None = None
        self._start_at = 0.0
        self._kill_at: float | None = None
        self._failures = 0
        self._beat = self.heartbeat_files.beat()
        self._asked_at: float | None = None
        self._busy_at = -math.inf
        self._heard = False

    def tend(self) -> None:
        """Look at the process once, and start, stop or kill it as needed. Does not wait."""
        now = time.monotonic()
        if self._child is None:
            if now >= self._start_at:
                self._begin()
            return
        self.listen(now)
        code = self._child.process.poll()
        if code is not None:
            self._end(self._child, now, f"ended with code {code}")
        elif self._kill_at is not None:
            if now >= self._kill_at:
                self._end(self._child, now, "was killed")
        elif self.is_deaf(now):
            self._ask_to_stop(self._child, now)

    def asked(self, now: float) -> None:
        """A heartbeat was put into the queue. Silence counts from the first unanswered one."""
        if self._asked_at is None:
            self._asked_at = now

    def excuse(self) -> None:
        """Forget the unanswered heartbeats: they may never have reached the queue."""
        self._asked_at = None

    def silent_for(self, now: float) -> float:
        """The seconds since the oldest unanswered heartbeat was put into the queue; 0 for none."""
        asked_at = self._asked_at
        return now - asked_at if asked_at is not None else 0.0

    def is_deaf(self, now: float) -> bool:
        """Whether it was silent for too long, and no job is under way or waits to be booked."""
        allowed = self._deaf_after + (0 if self._heard else START_SECONDS)
        silence = self.silent_for(now)
        if silence <= allowed:
            return False
        excused = now - self._busy_at <= BOOKING_SECONDS
        return silence > allowed + job_timeout(self.queue) or not excused

    def listen(self, now: float) -> None:
        """Read the files. A job that ends between two calls changes the beat soon after."""
        if self.heartbeat_files.is_busy():
            self._busy_at = now
        beat = self.heartbeat_files.beat()
        if beat != self._beat:
            self._beat = beat
            self._asked_at = None
            self._heard = True
            self._failures = 0
            self.heard_at = timezone.now()

    def collect_lost(self) -> None:
        """Put the jobs that the ended cluster took and did not book into `lost`."""
        for taken in self.heartbeat_files.collect():
            self.lost.put(taken)

    def _begin(self) -> None:
        self._child = self._start(self.heartbeat_files.folder)
        self._asked_at, self._busy_at, self._heard = None, -math.inf, False
        logger.info("Cluster %s: started, process %d.", self.queue, self._child.process.pid)

    def _ask_to_stop(self, child: Child, now: float) -> None:
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
        self._discard(child)
        self.collect_lost()
        self._child = self._kill_at = None
        self._start_at = now + delay
        self._failures += 1
        self.restarts += 1


def delay_after(failures: int) -> float:
    """The seconds to wait after so many starts in a row that brought no heartbeat."""
    return min(FIRST_DELAY_SECONDS * 2 ** min(failures, 16), LONGEST_DELAY_SECONDS)


def queues() -> list[str]:
    """The queues that this installation has, the one for sending first."""
    return [settings.Q_CLUSTER["name"], *settings.Q_CLUSTER.get("ALT_CLUSTERS", {})]


def job_timeout(queue: str) -> float:
    """How long a job of this queue may take, in seconds."""
    changes = settings.Q_CLUSTER.get("ALT_CLUSTERS", {}).get(queue, {})
    return float({**settings.Q_CLUSTER, **changes}["timeout"])

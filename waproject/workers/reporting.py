"""A supervisor's one voice to the database: asks for heartbeats, and reports what was heard."""

import logging
import socket
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from waproject.workers.broker import release
from waproject.workers.cluster import Keeper
from waproject.workers.jobs import ask_for_heartbeat
from waproject.workers.models import Cluster
from waproject.workers.run_directories import Folders

logger = logging.getLogger(__name__)

FAREWELL_SECONDS = 5.0
# The rows of supervisors that were killed, and never came back, are forgotten after this time.
FORGOTTEN_AFTER = timedelta(days=1)


class Herald:
    """A context in which it speaks every `pause` seconds, on a thread of its own.

    It is left when all clusters have ended.

    On its own, because a database can be locked, or hang, for longer than the clusters may go
    untended. Silence proves nothing about a cluster while the database is away, so every doubt
    about that excuses them.
    """

    def __init__(self, keepers: Sequence[Keeper], folders: Folders, *, pause: float) -> None:
        self._keepers = keepers
        self._folders = folders
        self._pause = pause
        self._host = socket.gethostname()
        self._started_at = timezone.now()
        self._away = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)

    def __enter__(self) -> "Herald":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Take the reports back; a database that does not answer is not waited for."""
        self._stop.set()
        self._thread.join(FAREWELL_SECONDS)

    def _run(self) -> None:
        spoke_at = time.monotonic()
        while not self._stop.is_set():
            began = time.monotonic()
            answered = self._speak()
            # Not in time: the last heartbeats may have waited for the same thing as this report.
            if not answered or time.monotonic() - spoke_at > 3 * self._pause:
                for keeper in self._keepers:
                    keeper.excuse()
            spoke_at = time.monotonic()
            self._stop.wait(max(0.0, self._pause - (spoke_at - began)))
        self._say_farewell()

    def _speak(self) -> bool:
        """Say and ask all there is; whether the database answered."""
        try:
            close_old_connections()
            self._take_over()
            for keeper in self._keepers:
                self._release(keeper)
                self._report(keeper)
                ask_for_heartbeat(keeper.queue)
                keeper.asked(time.monotonic())
        except Error as error:
            if not self._away:
                logger.warning(
                    "The database cannot be asked (%s); no cluster is judged meanwhile.",
                    type(error).__name__,
                )
            self._away = True
            return False
        if self._away:
            logger.info("The database answers again.")
        self._away = False
        return True

    def _report(self, keeper: Keeper) -> None:
        Cluster.objects.update_or_create(
            pk=keeper.key,
            defaults={
                "name": keeper.queue,
                "host": self._host,
                "started_at": self._started_at,
                "seen_at": timezone.now(),
                "heard_at": keeper.heard_at,
                "busy": keeper.pulse.is_busy(),
                "restarts": keeper.restarts,
            },
        )

    def _release(self, keeper: Keeper) -> None:
        """Give the jobs that a dead cluster held back to the queue."""
        released = 0
        while not keeper.lost.empty():
            taken = keeper.lost.get()
            try:
                released += release(taken)
            except Error:
                keeper.lost.put(taken)
                raise
        if released:
            logger.info("Cluster %s: %d jobs given back to the queue.", keeper.queue, released)

    def _take_over(self) -> None:
        """Give back what killed supervisors of this machine had in hand, and forget them."""
        for left in self._folders.left():
            released = sum(release(taken) for taken in left.taken)
            Cluster.objects.filter(pk__in=left.clusters).delete()
            left.remove()
            logger.warning(
                "A supervisor of this machine was killed: %d jobs given back to the queue.",
                released,
            )

    def _say_farewell(self) -> None:
        try:
            for keeper in self._keepers:
                keeper.collect_lost()
                self._release(keeper)
            forgotten = Cluster.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER)
            forgotten.delete()
            Cluster.objects.filter(pk__in=[keeper.key for keeper in self._keepers]).delete()
        except Error as error:
            logger.warning("The last report could not be written (%s).", type(error).__name__)
        finally:
            connection.close()

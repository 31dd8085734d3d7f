"""Writes a supervisor's reports on its clusters, and its heartbeats, to the database."""

import logging
import socket
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from waproject.core.db.locked import is_locked, wait_at_most
from waproject.workers.clusters.broker import release
from waproject.workers.clusters.cluster import ClusterProcess
from waproject.workers.clusters.run_directories import RunDirectories
from waproject.workers.jobs import ask_for_heartbeat
from waproject.workers.models import Cluster

logger = logging.getLogger(__name__)

LAST_REPORT_SECONDS = 5.0
# The rows of supervisors that were killed and not started again are deleted after this time.
FORGOTTEN_AFTER = timedelta(days=1)
# SQLite: a report waits so long for another process that writes, or the pause if that is longer.
LOCK_SECONDS = 1.0


class Database(Enum):
    """How the database took a report."""

    ANSWERED = "answered"
    # It is SQLite, and another process kept it locked.
    LOCKED = "locked"
    AWAY = "away"


class Reporter:
    """A context manager: inside it a thread reports every `pause` seconds.

    Leave it when all clusters have ended. The thread is needed because the database can be locked,
    or not answer, for longer than the clusters may go unwatched. While the database does not answer
    no heartbeat can come through, so the clusters are excused then. A lock excuses nobody: it is a
    process of this machine that has it, perhaps one of a cluster that hangs, and then the lock
    lasts until that cluster is killed.
    """

    def __init__(
        self, clusters: Sequence[ClusterProcess], directories: RunDirectories, *, pause: float
    ) -> None:
        self._clusters = clusters
        self._directories = directories
        self._pause = pause
        self._host = socket.gethostname()
        self._started_at = timezone.now()
        self._said = Database.ANSWERED
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reporter", daemon=True)

    def __enter__(self) -> "Reporter":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Delete the reports; wait LAST_REPORT_SECONDS for that at most."""
        self._stop.set()
        self._thread.join(LAST_REPORT_SECONDS)

    def _run(self) -> None:
        answered_at = time.monotonic()
        while not self._stop.is_set():
            began = time.monotonic()
            database = self._report_and_ask()
            now = time.monotonic()
            # A late report: whatever held it up may have held up the heartbeats too.
            late = now - answered_at > 3 * self._pause
            if database is Database.AWAY or (database is Database.ANSWERED and late):
                for cluster in self._clusters:
                    cluster.excuse()
            if database is not Database.LOCKED:
                answered_at = now
            self._stop.wait(max(0.0, self._pause - (now - began)))
        self._withdraw_reports()

    def _report_and_ask(self) -> Database:
        """Report on every cluster and put its heartbeat, or count it as put where it is locked."""
        began = time.monotonic()
        try:
            close_old_connections()
            wait_at_most(max(LOCK_SECONDS, self._pause))
            self._take_over()
            for cluster in self._clusters:
                self._release(cluster)
                self._report(cluster)
                ask_for_heartbeat(cluster.queue)
                cluster.asked(time.monotonic())
        except Error as error:
            if not is_locked(error):
                self._say(Database.AWAY, error)
                return Database.AWAY
            for cluster in self._clusters:
                cluster.asked(began)
            self._say(Database.LOCKED, error)
            return Database.LOCKED
        self._say(Database.ANSWERED)
        return Database.ANSWERED

    def _say(self, database: Database, error: Error | None = None) -> None:
        """Log what has changed since the last report."""
        if database is self._said:
            return
        self._said = database
        if database is Database.AWAY:
            logger.warning(
                "The database cannot be asked (%s); no cluster is judged meanwhile.",
                type(error).__name__,
            )
        elif database is Database.LOCKED:
            logger.warning(
                "A process keeps the database locked; a cluster that is silent meanwhile is judged."
            )
        else:
            logger.info("The database answers again.")

    def _report(self, cluster: ClusterProcess) -> None:
        Cluster.objects.update_or_create(
            pk=cluster.key,
            defaults={
                "name": cluster.queue,
                "host": self._host,
                "started_at": self._started_at,
                "seen_at": timezone.now(),
                "heard_at": cluster.heard_at,
                "busy": cluster.heartbeat_files.is_busy(),
                "restarts": cluster.restarts,
            },
        )

    def _release(self, cluster: ClusterProcess) -> None:
        """Give the jobs that a dead cluster held back to the queue."""
        released = 0
        while not cluster.lost.empty():
            taken = cluster.lost.get()
            try:
                released += release(taken)
            except Error:
                cluster.lost.put(taken)
                raise
        if released:
            logger.info("Cluster %s: %d jobs given back to the queue.", cluster.queue, released)

    def _take_over(self) -> None:
        """Give the jobs of this machine's killed supervisors back to the queue."""
        for left in self._directories.left():
            released = sum(release(taken) for taken in left.taken)
            Cluster.objects.filter(pk__in=left.clusters).delete()
            left.remove()
            logger.warning(
                "A supervisor of this machine was killed: %d jobs given back to the queue.",
                released,
            )

    def _withdraw_reports(self) -> None:
        try:
            for cluster in self._clusters:
                cluster.collect_lost()
                self._release(cluster)
            forgotten = Cluster.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER)
            forgotten.delete()
            Cluster.objects.filter(pk__in=[cluster.key for cluster in self._clusters]).delete()
        except Error as error:
            logger.warning("The last report could not be written (%s).", type(error).__name__)
        finally:
            connection.close()

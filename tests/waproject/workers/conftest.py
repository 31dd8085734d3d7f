"""Real clusters under a real supervisor, on a database of their own."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import caches
from django_q.signing import SignedPackage

from tests.installation import environment_for
from waproject.workers.clusters.heartbeat_files import BEAT, HeartbeatFiles

# A machine at other work takes long to start a cluster; nothing here should come near it.
BOUND_SECONDS = 90


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    caches["process"].clear()


def wait_for(what: str, condition: Callable[[], bool], *, every: float = 0.05) -> None:
    """Return when the condition holds; fail, naming it, when it takes longer than the bound."""
    deadline = time.monotonic() + BOUND_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} took too long"
        time.sleep(every)


def children(pid: int) -> list[int]:
    """The ids of a process's children, the oldest first."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@dataclass
class Workers:
    """`manage.py run_workers` for the queue of sending, with two workers."""

    supervisor: "subprocess.Popen[bytes]"
    database: Path
    log: Path
    mark: str
    heard: int = 0

    def cluster(self) -> int:
        """The leader of the cluster's group."""
        return children(self.supervisor.pid)[0]

    def sentinel(self) -> int:
        return children(self.cluster())[0]

    def workers(self) -> list[int]:
        """Its workers; the sentinel starts them before the two that book and fetch."""
        return children(self.sentinel())[:2]

    def enqueue(self, function: str, *arguments: object) -> str:
        """Put a job into the queue, as the application does; returns its id."""
        job = {
            "id": uuid4().hex,
            "name": function,
            "func": function,
            "args": arguments,
            "kwargs": {},
            "started": datetime.now(UTC),
            "ack_failure": True,
        }
        values = (
            "waproject",
            SignedPackage.dumps(job),
            str(datetime.now(UTC).replace(tzinfo=None)),
        )
        self.query("INSERT INTO django_q_ormq (key, payload, lock) VALUES (?, ?, ?)", *values)
        return str(job["id"])

    def does_a_job(self) -> bool:
        """Whether a job that is put in now is done within the bound."""
        job = self.enqueue("time.sleep", 0)
        wait_for("a job", lambda: self.is_done(job))
        return True

    def is_done(self, job: str) -> bool:
        done = "SELECT count(*) FROM django_q_task WHERE id = ? AND success"
        return self.query(done, job)[0][0] == 1

    def is_heard(self) -> bool:
        heard = "SELECT count(*) FROM worker_clusters WHERE heard_at > ''"
        return self.query(heard)[0][0] == 1

    def query(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement; a locked database is waited for as long as anything else."""
        with closing(self._connect(timeout=BOUND_SECONDS)) as connection, connection:
            return connection.execute(sql, values).fetchall()

    def is_locked(self) -> bool:
        """Whether a process keeps the database locked for longer than a write takes."""
        with closing(self._connect(timeout=1)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            return False

    def _connect(self, *, timeout: float) -> sqlite3.Connection:
        return sqlite3.connect(self.database, timeout=timeout, isolation_level="IMMEDIATE")

    def said(self) -> list[str]:
        """What the supervisor has logged of its cluster since the test began, without the numbers.

        A number stands as #.
        """
        words = [line.partition("cluster Cluster waproject: ")[2] for line in self._lines()]
        return [re.sub(r"-?[\d.]*\d", "#", word) for word in words if word][self.heard :]

    def processes(self) -> list[int]:
        """Every process that is alive and was begun by the supervisor, itself included."""
        return [
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if self.mark in _environment_of(entry)
        ]

    def all_ended(self) -> bool:
        """Whether the supervisor and all it began are gone within the bound."""
        wait_for("the end of all processes", lambda: self.processes() == [])
        return True

    def _lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def workers(migrated, tmp_path) -> Iterator[Workers]:
    """Running workers, for a test that ends them."""
    with running_workers(migrated, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared(migrated, tmp_path_factory) -> Iterator[Workers]:
    with running_workers(migrated, tmp_path_factory.mktemp("workers")) as running:
        yield running


@pytest.fixture
def lasting_workers(shared: Workers) -> Workers:
    """Running workers, for a test that leaves them at work again."""
    shared.heard = 0
    shared.heard = len(shared.said())
    return shared


@contextmanager
def running_workers(migrated: Path, folder: Path) -> Iterator[Workers]:
    """Workers that count as deaf after two seconds of silence, and that have been heard.

    On a copy of the database `migrated`, unless it lies in the folder already.
    """
    database, log, mark = folder / "db.sqlite3", folder / "log", uuid4().hex
    if migrated != database:
        database.write_bytes(migrated.read_bytes())
    environment = {
        **environment_for(f"sqlite:///{database}"),
        "WORKERS_DEAF_AFTER_SECONDS": "2",
        "LOG_LEVEL": "INFO",
        "MARK": mark,
    }
    command = [sys.executable, "manage.py", "run_workers", "--clusters=waproject", "--processes=2"]
    with log.open("w") as output:
        supervisor = subprocess.Popen(
            [*command, "--grace=4"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=output,
        )
    running = Workers(supervisor, database, log, mark)
    try:
        wait_for("the first heartbeat", running.is_heard)
        yield running
    finally:
        supervisor.terminate()
        try:
            supervisor.wait(timeout=BOUND_SECONDS)
        finally:
            for pid in running.processes():
                os.kill(pid, signal.SIGKILL)
            supervisor.wait()


@contextmanager
def at_work(heartbeat_files: HeartbeatFiles) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that holds the sign of a job under way, until it ends."""
    script = (
        "import fcntl, sys, time; file = open(sys.argv[1]);"
        " fcntl.flock(file, fcntl.LOCK_SH); print('begun', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(heartbeat_files.folder / BEAT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def _environment_of(process: Path) -> str:
    try:
        return (process / "environ").read_bytes().decode(errors="replace")
    except OSError:
        return ""

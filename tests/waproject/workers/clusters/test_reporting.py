"""What the reporter writes to the database; its thread's timing is in test_supervisor.py."""

import socket
import sqlite3
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import OrmQ

from waproject.workers.clusters.cluster import ClusterProcess
from waproject.workers.clusters.heartbeat_files import TAKEN, Taken
from waproject.workers.clusters.reporting import Database, Reporter
from waproject.workers.clusters.run_directories import RunDirectories
from waproject.workers.jobs import WAITING_ENOUGH, ask_for_heartbeat
from waproject.workers.models import Cluster
from waproject.workers.processes.children import Stack

# It drops the connections of transactions that are not its own.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def cluster(tmp_path: Path) -> ClusterProcess:
    stack = Stack({})
    return ClusterProcess(
        "long",
        tmp_path,
        start=lambda _folder: stack.start("cluster", ["sleep", "60"]),
        discard=stack.discard,
        deaf_after=10,
    )


@pytest.fixture
def directories(tmp_path: Path) -> RunDirectories:
    return RunDirectories(tmp_path / "workers", "here")


@pytest.fixture
def reporter(cluster: ClusterProcess, directories: RunDirectories) -> Reporter:
    return Reporter([cluster], directories, pause=1)


def test_reporter_reports_and_asks(reporter: Reporter, cluster: ClusterProcess):
    database = reporter._report_and_ask()

    report = Cluster.objects.get()
    assert (database, report.pk, report.name) == (Database.ANSWERED, cluster.key, "long")
    assert (report.host, report.heard_at, report.busy) == (socket.gethostname(), None, False)
    assert [(job.key, job.func()) for job in OrmQ.objects.all()] == [
        ("long", "waproject.workers.jobs.heartbeat")
    ]


def test_reporter_reports_anew_when_its_row_is_gone(reporter: Reporter, cluster: ClusterProcess):
    reporter._report_and_ask()
    Cluster.objects.all().delete()

    reporter._report_and_ask()

    assert Cluster.objects.get().pk == cluster.key


def test_reporter_gives_the_jobs_of_a_dead_cluster_back(
    reporter: Reporter, cluster: ClusterProcess
):
    until = timezone.now() + timedelta(hours=2)
    job = OrmQ.objects.create(key="long", payload="", lock=until)
    cluster.lost.put(Taken(job.pk, until))

    reporter._report_and_ask()

    assert OrmQ.objects.get(pk=job.pk).lock <= timezone.now()


def test_reporter_gives_back_what_a_killed_supervisor_s_clusters_held(
    reporter: Reporter, directories: RunDirectories
):
    job, gone = left_by_a_killed_supervisor(directories)

    reporter._report_and_ask()

    assert OrmQ.objects.get(pk=job.pk).lock <= timezone.now()
    assert (Cluster.objects.filter(pk=gone.pk).count(), list(directories.left())) == (0, [])


def test_reporter_takes_over_again_when_the_database_was_away(
    reporter: Reporter, directories: RunDirectories
):
    left_by_a_killed_supervisor(directories)

    with connection.execute_wrapper(away):
        reporter._report_and_ask()

    assert [len(one.taken) for one in directories.left()] == [1]


def test_reporter_keeps_what_is_lost_until_the_database_answers(
    reporter: Reporter, cluster: ClusterProcess
):
    cluster.lost.put(Taken(1, timezone.now()))

    with connection.execute_wrapper(away):
        database = reporter._report_and_ask()

    assert (database, cluster.lost.qsize()) == (Database.AWAY, 1)


def test_reporter_says_once_that_the_database_is_away(reporter: Reporter, caplog):
    with connection.execute_wrapper(away):
        reporter._report_and_ask()
        reporter._report_and_ask()

    assert caplog.messages == [
        "The database cannot be asked (OperationalError); no cluster is judged meanwhile."
    ]


def test_reporter_excuses_the_clusters_while_the_database_is_away(
    cluster: ClusterProcess, directories: RunDirectories, monkeypatch
):
    called = threading.Event()

    def speak(_reporter: Reporter) -> Database:
        called.set()
        return Database.AWAY

    monkeypatch.setattr(Reporter, "_report_and_ask", speak)
    cluster.asked(0)

    with Reporter([cluster], directories, pause=60):
        called.wait(5)

    assert cluster.silent_for(1_000) == 0


def test_reporter_judges_the_clusters_while_a_process_keeps_the_database_locked(
    reporter: Reporter, cluster: ClusterProcess, caplog
):
    began = time.monotonic()

    with connection.execute_wrapper(locked):
        seen = [reporter._report_and_ask(), reporter._report_and_ask()]

    assert seen == [Database.LOCKED, Database.LOCKED]
    assert 60 <= cluster.silent_for(time.monotonic() + 60) <= 60 + time.monotonic() - began
    assert caplog.messages == [
        "A process keeps the database locked; a cluster that is silent meanwhile is judged."
    ]


def test_reporter_excuses_no_cluster_for_a_lock_that_lasts(
    cluster: ClusterProcess, directories: RunDirectories, monkeypatch
):
    looks = threading.Semaphore(0)

    def speak(_reporter: Reporter) -> Database:
        looks.release()
        return Database.LOCKED

    monkeypatch.setattr(Reporter, "_report_and_ask", speak)
    cluster.asked(0)

    with Reporter([cluster], directories, pause=0.001):
        for _look in range(10):
            assert looks.acquire(timeout=5)

    assert cluster.silent_for(1_000) == 1_000


def test_reporter_excuses_the_clusters_at_the_first_answer_after_a_lock(
    cluster: ClusterProcess, directories: RunDirectories, monkeypatch
):
    """The lock may have held up their heartbeats too."""
    databases = iter([*[Database.LOCKED] * 5, Database.ANSWERED])
    judged = threading.Event()

    def speak(_reporter: Reporter) -> Database:
        database = next(databases, None)
        if database is None:
            judged.set()
        return database or Database.LOCKED

    monkeypatch.setattr(Reporter, "_report_and_ask", speak)
    cluster.asked(0)

    with Reporter([cluster], directories, pause=0.05):
        assert judged.wait(5)

    assert cluster.silent_for(1_000) == 0


def test_reporter_takes_its_report_back_at_the_end_and_forgets_old_ones(
    cluster: ClusterProcess, directories: RunDirectories
):
    old = timezone.now() - timedelta(days=2)
    Cluster.objects.create(name="long", host="gone", started_at=old, seen_at=old)
    other = Cluster.objects.create(
        name="long", host="other", started_at=old, seen_at=timezone.now()
    )

    with Reporter([cluster], directories, pause=60):
        pass

    assert list(Cluster.objects.values_list("pk", flat=True)) == [other.pk]


def test_no_heartbeat_is_asked_for_where_enough_jobs_wait():
    asked = [ask_for_heartbeat("long") for _number in range(WAITING_ENOUGH + 2)]

    assert asked == [True] * WAITING_ENOUGH + [False] * 2


def away(*_arguments: object) -> None:
    """A database that does not answer."""
    raise OperationalError("gone")


def locked(*_arguments: object) -> None:
    """An SQLite database that another process keeps locked."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raise OperationalError(*cause.args) from cause


def left_by_a_killed_supervisor(directories: RunDirectories) -> tuple[OrmQ, Cluster]:
    """A job that its cluster took, and the cluster's last report."""
    now = timezone.now()
    cluster = Cluster.objects.create(name="long", host="here", started_at=now, seen_at=now)
    until = now + timedelta(hours=2)
    job = OrmQ.objects.create(key="long", payload="", lock=until)
    with directories.own() as own:
        lasting = own.path.with_name("here.dead")
        notes = own.path / str(cluster.pk) / TAKEN
        notes.mkdir(parents=True)
        (notes / str(job.pk)).write_text(until.isoformat())
        own.path.rename(lasting)
    return job, cluster

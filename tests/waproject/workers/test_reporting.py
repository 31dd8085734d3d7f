"""What the herald says to the database; its thread's timing is in test_supervisor.py."""

import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import OrmQ

from waproject.workers.cluster import Keeper
from waproject.workers.heartbeat_files import TAKEN, Taken
from waproject.workers.jobs import WAITING_ENOUGH, ask_for_heartbeat
from waproject.workers.models import Cluster
from waproject.workers.processes.children import Stack
from waproject.workers.reporting import Herald
from waproject.workers.run_directories import Folders

# It drops the connections of transactions that are not its own.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    stack = Stack({})
    return Keeper(
        "long",
        tmp_path,
        start=lambda _folder: stack.start("cluster", ["sleep", "60"]),
        bury=stack.bury,
        deaf_after=10,
    )


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "workers", "here")


@pytest.fixture
def herald(keeper: Keeper, folders: Folders) -> Herald:
    return Herald([keeper], folders, pause=1)


def test_herald_reports_and_asks(herald: Herald, keeper: Keeper):
    answered = herald._speak()

    report = Cluster.objects.get()
    assert (answered, report.pk, report.name) == (True, keeper.key, "long")
    assert (report.host, report.heard_at, report.busy) == (socket.gethostname(), None, False)
    assert [(job.key, job.func()) for job in OrmQ.objects.all()] == [
        ("long", "waproject.workers.jobs.heartbeat")
    ]


def test_herald_reports_anew_when_its_row_is_gone(herald: Herald, keeper: Keeper):
    herald._speak()
    Cluster.objects.all().delete()

    herald._speak()

    assert Cluster.objects.get().pk == keeper.key


def test_herald_gives_the_jobs_of_a_dead_cluster_back(herald: Herald, keeper: Keeper):
    until = timezone.now() + timedelta(hours=2)
    job = OrmQ.objects.create(key="long", payload="", lock=until)
    keeper.lost.put(Taken(job.pk, until))

    herald._speak()

    assert OrmQ.objects.get(pk=job.pk).lock <= timezone.now()


def test_herald_gives_back_what_a_killed_supervisor_s_clusters_held(
    herald: Herald, folders: Folders
):
    job, gone = left_by_a_killed_supervisor(folders)

    herald._speak()

    assert OrmQ.objects.get(pk=job.pk).lock <= timezone.now()
    assert (Cluster.objects.filter(pk=gone.pk).count(), list(folders.left())) == (0, [])


def test_herald_takes_over_again_when_the_database_was_away(herald: Herald, folders: Folders):
    left_by_a_killed_supervisor(folders)

    with connection.execute_wrapper(away):
        herald._speak()

    assert [len(one.taken) for one in folders.left()] == [1]


def test_herald_keeps_what_is_lost_until_the_database_answers(herald: Herald, keeper: Keeper):
    keeper.lost.put(Taken(1, timezone.now()))

    with connection.execute_wrapper(away):
        answered = herald._speak()

    assert (answered, keeper.lost.qsize()) == (False, 1)


def test_herald_says_once_that_the_database_is_away(herald: Herald, caplog):
    with connection.execute_wrapper(away):
        herald._speak()
        herald._speak()

    assert caplog.messages == [
        "The database cannot be asked (OperationalError); no cluster is judged meanwhile."
    ]


def test_herald_excuses_the_clusters_while_the_database_is_away(
    keeper: Keeper, folders: Folders, monkeypatch
):
    spoken = threading.Event()

    def speak(_herald: Herald) -> bool:
        spoken.set()
        return False

    monkeypatch.setattr(Herald, "_speak", speak)
    keeper.asked(0)

    with Herald([keeper], folders, pause=60):
        spoken.wait(5)

    assert keeper.silent_for(1_000) == 0


def test_herald_takes_its_report_back_at_the_end_and_forgets_old_ones(
    keeper: Keeper, folders: Folders
):
    old = timezone.now() - timedelta(days=2)
    Cluster.objects.create(name="long", host="gone", started_at=old, seen_at=old)
    other = Cluster.objects.create(
        name="long", host="other", started_at=old, seen_at=timezone.now()
    )

    with Herald([keeper], folders, pause=60):
        pass

    assert list(Cluster.objects.values_list("pk", flat=True)) == [other.pk]


def test_no_heartbeat_is_asked_for_where_enough_jobs_wait():
    asked = [ask_for_heartbeat("long") for _number in range(WAITING_ENOUGH + 2)]

    assert asked == [True] * WAITING_ENOUGH + [False] * 2


def away(*_arguments: object) -> None:
    """A database that does not answer."""
    raise OperationalError("gone")


def left_by_a_killed_supervisor(folders: Folders) -> tuple[OrmQ, Cluster]:
    """A job that its cluster took, and the cluster's last report."""
    now = timezone.now()
    cluster = Cluster.objects.create(name="long", host="here", started_at=now, seen_at=now)
    until = now + timedelta(hours=2)
    job = OrmQ.objects.create(key="long", payload="", lock=until)
    with folders.own() as own:
        lasting = own.path.with_name("here.dead")
        notes = own.path / str(cluster.pk) / TAKEN
        notes.mkdir(parents=True)
        (notes / str(job.pk)).write_text(until.isoformat())
        own.path.rename(lasting)
    return job, cluster

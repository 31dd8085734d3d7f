from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.tasks import async_task

from waproject.workers.clusters.broker import NotingBroker, release
from waproject.workers.clusters.heartbeat_files import VARIABLE, HeartbeatFiles

pytestmark = pytest.mark.django_db


@pytest.fixture
def heartbeat_files(tmp_path: Path, monkeypatch) -> HeartbeatFiles:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "heartbeat_files"))
    return HeartbeatFiles(tmp_path / "heartbeat_files")


@pytest.fixture
def broker() -> NotingBroker:
    return get_broker()


def test_a_taken_job_is_noted_with_the_time_of_its_receipt(
    heartbeat_files: HeartbeatFiles, broker: NotingBroker
):
    async_task("time.sleep", 0)

    broker.dequeue()

    row = OrmQ.objects.get()
    assert [(one.job, one.until) for one in heartbeat_files.collect()] == [(row.pk, row.lock)]


def test_an_acknowledged_job_is_no_longer_noted(
    heartbeat_files: HeartbeatFiles, broker: NotingBroker
):
    async_task("time.sleep", 0)
    [(job, _payload)] = broker.dequeue()

    broker.acknowledge(job)

    assert (heartbeat_files.collect(), OrmQ.objects.count()) == ([], 0)


def test_release_gives_a_job_back_at_once(heartbeat_files: HeartbeatFiles, broker: NotingBroker):
    async_task("time.sleep", 0)
    [(job, _payload)] = broker.dequeue()

    released = [release(taken) for taken in heartbeat_files.collect()]

    assert (released, broker.dequeue()[0][0]) == ([True], job)


def test_release_leaves_a_job_that_another_cluster_has_taken_since(
    heartbeat_files: HeartbeatFiles, broker: NotingBroker
):
    async_task("time.sleep", 0)
    broker.dequeue()
    [ours] = heartbeat_files.collect()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        broker.dequeue()
        theirs = OrmQ.objects.get().lock

        released = release(ours)

    assert (released, OrmQ.objects.get().lock) == (False, theirs)

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django_q.signals import post_execute, post_execute_in_worker, pre_execute

from tests.waproject.workers.conftest import at_work
from waproject.workers.clusters.heartbeat_files import (
    VARIABLE,
    HeartbeatFiles,
    Taken,
    note_returned,
    note_taken,
)

UNTIL = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def heartbeat_files(tmp_path, monkeypatch) -> HeartbeatFiles:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "heartbeat_files"))
    return HeartbeatFiles(tmp_path / "heartbeat_files")


def test_a_cluster_is_busy_from_the_begin_of_a_job_to_its_end(heartbeat_files: HeartbeatFiles):
    seen = [heartbeat_files.is_busy()]

    pre_execute.send(sender="django_q", task={"sync": True})
    seen.append(heartbeat_files.is_busy())
    post_execute_in_worker.send(sender="django_q")
    seen.append(heartbeat_files.is_busy())

    assert seen == [False, True, False]


@pytest.mark.process
def test_a_cluster_is_not_busy_once_the_worker_is_dead(heartbeat_files: HeartbeatFiles):
    with at_work(heartbeat_files) as worker:
        seen = [heartbeat_files.is_busy()]
        worker.kill()
        worker.wait()
        seen.append(heartbeat_files.is_busy())

    assert seen == [True, False]


def test_the_beat_changes_when_a_job_is_booked(heartbeat_files: HeartbeatFiles):
    os.utime(heartbeat_files.folder / "beat", (0, 0))

    post_execute.send(sender="django_q")

    assert heartbeat_files.beat() > 0


def test_the_beat_does_not_change_when_a_job_has_merely_run(heartbeat_files: HeartbeatFiles):
    os.utime(heartbeat_files.folder / "beat", (0, 0))

    pre_execute.send(sender="django_q", task={"sync": True})
    post_execute_in_worker.send(sender="django_q")

    assert heartbeat_files.beat() == 0


def test_collect_gives_what_was_taken_and_not_returned_once(heartbeat_files: HeartbeatFiles):
    note_taken(1, UNTIL)
    note_taken(2, UNTIL)
    note_returned(1)

    assert (heartbeat_files.collect(), heartbeat_files.collect()) == ([Taken(2, UNTIL)], [])


def test_collect_passes_over_a_note_that_was_never_written(heartbeat_files: HeartbeatFiles):
    (heartbeat_files.folder / "taken" / "3").touch()

    assert heartbeat_files.collect() == []


def test_signs_need_no_supervisor(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))

    note_taken(1, UNTIL)
    pre_execute.send(sender="django_q", task={"sync": True})
    post_execute_in_worker.send(sender="django_q")
    post_execute.send(sender="django_q")

    assert list(tmp_path.iterdir()) == []

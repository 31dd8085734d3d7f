import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django_q.signals import post_execute, post_execute_in_worker, pre_execute

from tests.waproject.workers.conftest import at_work
from waproject.workers.heartbeat_files import VARIABLE, Pulse, Taken, note_returned, note_taken

UNTIL = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def pulse(tmp_path, monkeypatch) -> Pulse:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "pulse"))
    return Pulse(tmp_path / "pulse")


def test_pulse_is_busy_from_the_begin_of_a_job_to_its_end(pulse: Pulse):
    seen = [pulse.is_busy()]

    pre_execute.send(sender="django_q")
    seen.append(pulse.is_busy())
    post_execute_in_worker.send(sender="django_q")
    seen.append(pulse.is_busy())

    assert seen == [False, True, False]


def test_pulse_is_not_busy_once_the_worker_is_dead(pulse: Pulse):
    with at_work(pulse) as worker:
        seen = [pulse.is_busy()]
        worker.kill()
        worker.wait()
        seen.append(pulse.is_busy())

    assert seen == [True, False]


def test_pulse_beats_when_a_job_is_booked(pulse: Pulse):
    os.utime(pulse.folder / "beat", (0, 0))

    post_execute.send(sender="django_q")

    assert pulse.beat() > 0


def test_pulse_does_not_beat_when_a_job_has_merely_run(pulse: Pulse):
    os.utime(pulse.folder / "beat", (0, 0))

    pre_execute.send(sender="django_q")
    post_execute_in_worker.send(sender="django_q")

    assert pulse.beat() == 0


def test_collect_gives_what_was_taken_and_not_returned_once(pulse: Pulse):
    note_taken(1, UNTIL)
    note_taken(2, UNTIL)
    note_returned(1)

    assert (pulse.collect(), pulse.collect()) == ([Taken(2, UNTIL)], [])


def test_collect_passes_over_a_note_that_was_never_written(pulse: Pulse):
    (pulse.folder / "taken" / "3").touch()

    assert pulse.collect() == []


def test_signs_need_no_supervisor(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))

    note_taken(1, UNTIL)
    pre_execute.send(sender="django_q")
    post_execute_in_worker.send(sender="django_q")
    post_execute.send(sender="django_q")

    assert list(tmp_path.iterdir()) == []

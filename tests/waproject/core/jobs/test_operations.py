from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django_q.models import OrmQ

from tests.waproject.core.jobs import counting
from waproject.core.jobs import operations
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import MOST_STALLS, cancel, resume_abandoned, run, start

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is no more: nothing of ours runs any further."""


def killed_after(steps: int):
    """A watcher that kills the worker after so many steps."""
    left = [steps]

    def watch() -> None:
        left[0] -= 1
        if not left[0]:
            raise Killed

    return watch


def test_start_queues_the_job_for_the_long_cluster(counted, staff):
    with translation.override("es"):
        job = counted()

    queued = OrmQ.objects.get()
    assert (queued.key, queued.task["args"][-1], job.state) == ("long", job.pk, "waiting")
    assert (job.owner, job.language) == (staff, "es")


def test_start_that_cannot_be_queued_leaves_no_job(counted, monkeypatch):
    monkeypatch.setattr(operations, "enqueue", lambda *args, **options: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        counted()

    assert not Job.objects.exists()


def test_run_keeps_the_result_and_ends_the_job(counted):
    job = counted()

    assert run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == ("completed", 3, 3, {"sum": 3})
    assert (job.lease_expires_at, job.finished_at is None) == (None, False)


def test_run_ends_what_cannot_be_done_with_a_sentence(counted):
    job = counted(to=-1)

    assert run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "Nobody counts to less than nothing.")


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled"])
def test_run_leaves_alone_what_has_ended(counted, state):
    job = counted()
    Job.objects.update(state=state, finished_at=timezone.now())

    assert (run(job.pk), counting.SEEN) == (False, [])


def test_run_leaves_alone_what_another_worker_has(counted):
    job = counted()
    operations._claim(job.pk, take_over=False)

    assert not run(job.pk)
    assert run(job.pk, take_over=True)


def test_killed_job_goes_on_where_it_was(counted):
    job = counted(to=5)
    with pytest.raises(Killed):
        run(job.pk, after_step=killed_after(2))

    assert resume_abandoned(timezone.now()) == 1
    run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, counting.SEEN) == ("completed", 2, [0, 1, 2, 3, 4])


def test_job_of_a_worker_that_is_silent_is_resumed_when_its_lease_is_over(counted, time_machine):
    time_machine.move_to(timezone.now())
    operations._claim(counted().pk, take_over=False)

    before = resume_abandoned(timezone.now())
    time_machine.shift(timedelta(minutes=3))

    assert (before, resume_abandoned(timezone.now())) == (0, 1)


def test_error_gives_the_job_back_and_is_raised(counted):
    job = counted()

    with pytest.raises(ZeroDivisionError):
        run(job.pk, after_step=lambda: 1 / 0)

    assert resume_abandoned(timezone.now()) == 1


def test_job_that_had_its_turn_is_queued_behind_others(counted):
    job = counted()

    run(job.pk, seconds=0)

    job.refresh_from_db()
    assert (job.state, job.done, OrmQ.objects.count()) == ("waiting", 1, 2)


def test_worker_that_lost_the_job_writes_nothing_more(counted):
    job = counted()

    worked = run(job.pk, after_step=lambda: Job.objects.update(attempts=9))

    job.refresh_from_db()
    assert (worked, job.done, counting.SEEN) == (False, 1, [0])


def test_cancel_ends_a_job_that_waits(counted):
    job = counted()

    assert (cancel(job.pk), cancel(job.pk), run(job.pk)) == (True, False, False)
    assert Job.objects.get().state == "cancelled"


def test_cancel_stops_the_worker_that_is_at_it(counted):
    job = counted()

    assert not run(job.pk, after_step=lambda: cancel(job.pk))

    job.refresh_from_db()
    assert (job.state, job.done, counting.SEEN) == ("cancelled", 1, [0])


@pytest.mark.parametrize("to", [2, -1])
def test_end_is_told_once_however_a_job_ends(counted, to):
    counting.ENDED.clear()
    job = counted(to=to)

    run(job.pk)
    cancel(job.pk)

    assert counting.ENDED == ["Count"]


def test_job_that_stops_without_getting_on_fails_with_a_sentence(counted):
    job = counted()
    Job.objects.update(stalls=MOST_STALLS)

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "It stopped 5 times before its end.")


def test_job_that_gets_on_may_stop_as_often_as_it_has_to(counted):
    job = counted(to=MOST_STALLS + 3)

    while Job.objects.open().exists():
        run(job.pk, seconds=0)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("completed", MOST_STALLS + 4)


def test_job_of_a_kind_that_is_kept_for_ever_is_not_forgotten(counted):
    run(counted().pk)

    assert operations.forget(timezone.now() + timedelta(days=9_999)) == 0


def test_title_is_cut_to_its_column(counting_kind):
    assert start(counting.count, title="a" * 999).title == "a" * 255

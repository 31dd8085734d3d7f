"""The tick and its one schedule."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ, Schedule

from waproject.workers.tick import FUNCTION, PATIENCE, TASK, enqueue_tick, run_all, run_task, tick

pytestmark = pytest.mark.django_db


def good() -> str:
    return "3 done"


def bad() -> str:
    raise ValueError("+56975400946 is no date")


def slow() -> str:
    raise TimeoutException("Task exceeded maximum timeout value (60 seconds)")


GOOD, BAD, SLOW = (f"{__name__}.{name}" for name in ("good", "bad", "slow"))


@pytest.fixture
def tasks(settings) -> None:
    settings.TICK_TASKS = [BAD, GOOD]


def queued() -> list[tuple[str, ...]]:
    return [job.task["args"] for job in OrmQ.objects.order_by("pk")]


def test_tick_queues_every_task_as_a_job_with_its_own_limit(tasks):
    assert tick() == "2 queued"

    jobs = [job.task for job in OrmQ.objects.order_by("pk")]
    assert [(job["func"], job["args"], job["timeout"]) for job in jobs] == [
        (TASK, (BAD, 1), 60),
        (TASK, (GOOD, 1), 60),
    ]


def test_tick_queues_no_task_that_is_queued_or_running(tasks):
    tick()

    waiting = tick()
    run_task(GOOD, 1)

    assert (waiting, tick(), queued()) == ("0 queued", "1 queued", [(BAD, 1), (GOOD, 1), (GOOD, 2)])


def test_tick_gives_the_place_of_a_lost_job_to_a_new_one(tasks, time_machine):
    time_machine.move_to("2026-11-27T12:00:00Z", tick=False)
    tick()

    time_machine.shift(PATIENCE)
    tick()

    assert queued() == [(BAD, 1), (GOOD, 1), (BAD, 2), (GOOD, 2)]
    assert run_task(GOOD, 1) == "a later job has taken its place"
    assert run_task(GOOD, 2) == "good: 3 done"


def test_run_task_holds_its_task_while_it_runs(settings, monkeypatch, time_machine):
    time_machine.move_to("2026-11-27T12:00:00Z", tick=False)
    settings.TICK_TASKS = [GOOD]
    tick()
    time_machine.shift(PATIENCE - timedelta(seconds=1))

    def good_at_length() -> str:
        time_machine.shift(60)
        return tick()

    monkeypatch.setattr(f"{__name__}.good", good_at_length)

    assert run_task(GOOD, 1) == "good: 0 queued"


def test_run_task_that_takes_too_long_is_left_to_a_later_tick(settings, caplog, time_machine):
    time_machine.move_to("2026-11-27T12:00:00Z", tick=False)
    settings.TICK_TASKS = [SLOW, GOOD]
    tick()

    with caplog.at_level(logging.ERROR), pytest.raises(TimeoutException):
        run_task(SLOW, 1)

    assert caplog.messages == [f"The tick's task {SLOW} took longer than 60 seconds."]
    assert (run_task(GOOD, 1), tick()) == ("good: 3 done", "1 queued")
    time_machine.shift(75)
    assert (tick(), queued()[-1]) == ("1 queued", (SLOW, 2))


def test_run_all_runs_every_task_though_one_fails(tasks):
    assert run_all() == "bad: failed with ValueError; good: 3 done"


def test_run_all_logs_where_a_task_failed_and_nobody_s_data(tasks, caplog):
    with caplog.at_level(logging.ERROR):
        run_all()

    line = bad.__code__.co_firstlineno + 1
    assert caplog.messages == [
        f"The tick's task {BAD} failed with ValueError at {__file__}:{line}."
    ]
    assert caplog.records[0].exc_info is None


def test_run_all_survives_a_task_that_cannot_be_imported(settings):
    settings.TICK_TASKS = ["nowhere.task"]

    assert run_all() == "task: failed with ModuleNotFoundError"


def test_enqueue_tick_leaves_one_job_for_a_worker():
    enqueue_tick()

    assert [job.func() for job in OrmQ.objects.all()] == [FUNCTION]


def test_migrate_makes_the_schedule_once():
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)

    schedule = Schedule.objects.get()
    assert (schedule.name, schedule.func, schedule.minutes) == ("tick", FUNCTION, 1)


def test_migrate_puts_a_changed_or_doubled_schedule_right():
    Schedule.objects.update(func="nowhere.task", repeats=0)
    Schedule.objects.create(name="tick", func="nowhere.else")

    call_command("migrate", verbosity=0)

    assert list(Schedule.objects.values_list("func", "repeats")) == [(FUNCTION, -1)]

"""The tick and its one schedule."""

import logging

import pytest
from django.core.management import call_command
from django_q.models import OrmQ, Schedule

from waproject.tick import FUNCTION, enqueue_tick, tick

pytestmark = pytest.mark.django_db


def good() -> str:
    return "3 done"


def bad() -> str:
    raise ValueError("+56975400946 is no date")


@pytest.fixture
def tasks(settings) -> None:
    settings.TICK_TASKS = [f"{__name__}.bad", f"{__name__}.good"]


def test_tick_runs_every_task_though_one_fails(tasks):
    outcome = tick()

    assert outcome == "bad: failed with ValueError; good: 3 done"


def test_tick_logs_where_a_task_failed_and_nobody_s_data(tasks, caplog):
    with caplog.at_level(logging.ERROR):
        tick()

    line = bad.__code__.co_firstlineno + 1
    assert caplog.messages == [
        f"The tick's task {__name__}.bad failed with ValueError at {__file__}:{line}."
    ]
    assert caplog.records[0].exc_info is None


def test_tick_survives_a_task_that_cannot_be_imported(settings):
    settings.TICK_TASKS = ["nowhere.task"]

    assert tick() == "task: failed with ModuleNotFoundError"


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

"""The tick and its one schedule."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ, Schedule

from waproject.tenants.models import tenant_ids
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import current_tenant_id
from waproject.workers.models import TickTask
from waproject.workers.tick import (
    FUNCTION,
    PATIENCE,
    TASK,
    _in_turn,
    enqueue_tick,
    run_all,
    run_task,
    tick,
)

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


def queued() -> list[tuple[str, int]]:
    """The names and numbers of the queued tasks."""
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


turns: list[int] = []


def slow_for_the_first() -> str:
    turns.append(current_tenant_id())
    if current_tenant_id() == min(tenant_ids()):
        raise TimeoutException("Task exceeded maximum timeout value (60 seconds)")
    return "done"


def test_a_tenant_that_uses_up_the_time_keeps_no_other_from_its_turn(settings, tenant):
    settings.TICK_TASKS = [name := f"{__name__}.slow_for_the_first"]
    second, third = (create_tenant(name=slug, slug=slug).pk for slug in ("sur", "norte"))
    turns.clear()
    tick()

    with pytest.raises(TimeoutException):
        run_task(name, 1)
    with pytest.raises(TimeoutException):
        run_task(name, 1)

    assert turns == [tenant.pk, second, third, tenant.pk]


def test_a_slow_task_leaves_further_tenants_to_its_next_job(tenant, time_machine):
    time_machine.move_to("2026-11-27T12:00:00Z", tick=False)
    second = create_tenant(name="sur", slug="sur").pk
    tick_task = TickTask.objects.create(name=SLOW, taken_until=timezone.now())
    ours = TickTask.objects.filter(pk=tick_task.pk)

    first_job = []
    for tenant_id in _in_turn(ours):
        first_job.append(tenant_id)
        time_machine.shift(40)

    assert (first_job, next(_in_turn(ours))) == ([tenant.pk], second)


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

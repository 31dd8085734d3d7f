"""The tick: one schedule, and a list of small tasks that it queues.

django-q2 looks at its schedules about every 30 seconds, and one malformed schedule stops all of
them, so there is exactly one. What it runs queues the tasks of settings.TICK_TASKS, each as a job
of its own with a time limit of its own: one that hangs or is killed holds up no other. A task works
for the tenants in turn, and begins each time with the one after that whose turn began last, so that
a slow tenant keeps no other from its turn.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.exceptions import TimeoutException
from django_q.models import Schedule
from django_q.tasks import async_task

from waproject.core.text.errors import place
from waproject.tenants.models import tenant_ids
from waproject.tenants.preferences import local_time
from waproject.tenants.scope import in_tenant
from waproject.workers.models import TickTask

logger = logging.getLogger(__name__)

SCHEDULE_NAME = "tick"
FUNCTION = "waproject.workers.tick.tick"
TASK = "waproject.workers.tick.run_task"
# How long one task may run. A killed one is queued again when this and the margin are over.
TASK_SECONDS = 60
# After so long a task begins no further tenant's turn, but leaves it to the next job.
ENOUGH = timedelta(seconds=30)
MARGIN = timedelta(seconds=15)
# How long a queued task may wait for a worker before another job is queued for it.
PATIENCE = timedelta(minutes=10)


def tick() -> str:
    """Queue every task of settings.TICK_TASKS that is neither queued nor running.

    Returns how many were queued, in words.
    """
    queued = sum(_queue(name) for name in settings.TICK_TASKS)
    return f"{queued} queued"


def run_task(name: str, number: int) -> str:
    """Run one task, as the job of that number; nothing when a later job has taken its place.

    Returns what the task says. When its time is over, the queue raises TimeoutException in it: the
    task stays taken for the margin, and the next tick after that queues it again.
    """
    ours = TickTask.objects.filter(name=name, number=number)
    limit = timedelta(seconds=TASK_SECONDS)
    if not ours.update(taken_until=timezone.now() + limit + MARGIN):
        return "a later job has taken its place"
    try:
        outcome = _outcome(name, _in_turn(ours))
    except TimeoutException:
        logger.error("The tick's task %s took longer than %d seconds.", name, TASK_SECONDS)
        raise
    ours.update(taken_until=timezone.now())
    return outcome


def task_waits() -> bool:
    """Whether a task that was queued waits for a worker."""
    running = timezone.now() + timedelta(seconds=TASK_SECONDS) + MARGIN
    return TickTask.objects.filter(taken_until__gt=running).exists()


def run_all() -> str:
    """Run every task here and now, in order; returns one line that says what each one did."""
    return "; ".join(_outcome(name, tenant_ids()) for name in settings.TICK_TASKS)


@transaction.atomic
def _queue(name: str) -> bool:
    """Queue a task, unless it is queued or running."""
    now = timezone.now()
    TickTask.objects.get_or_create(name=name, defaults={"taken_until": now})
    free = TickTask.objects.filter(name=name, taken_until__lte=now)
    if not free.update(number=F("number") + 1, taken_until=now + PATIENCE):
        return False
    number = TickTask.objects.values_list("number", flat=True).get(name=name)
    # Not saved among the successes, which it would crowd out; a failure is saved.
    options = {"timeout": TASK_SECONDS, "save": False, "task_name": _label(name)}
    async_task(TASK, name, number, q_options=options)
    return True


def _in_turn(ours: "QuerySet[TickTask]") -> Iterator[int]:
    """The tenants, beginning after that whose turn began last; each turn is written down first.

    Ends when most of the task's time is over: the next job goes on from there.
    """
    waiting, enough = tenant_ids(), timezone.now() + ENOUGH
    if len(waiting) > 1:
        last = ours.values_list("last_tenant_id", flat=True).get()
        waiting.sort(key=lambda tenant_id: (tenant_id <= last, tenant_id))
    for tenant_id in waiting:
        if timezone.now() > enough:
            return
        if len(waiting) > 1:
            ours.update(last_tenant_id=tenant_id)
        yield tenant_id


def _outcome(name: str, tenants: Iterable[int]) -> str:
    """Run a task once for each tenant, in its scope; return what it reports."""
    said = dict.fromkeys(_outcome_for(name, tenant_id) for tenant_id in tenants)
    return ", ".join(said)


def _outcome_for(name: str, tenant_id: int) -> str:
    """What a task says of one tenant.

    One that fails is logged by its name and the kind of error alone, since an error's text can
    carry a person's data. The other tenants get their turn.
    """
    try:
        with in_tenant(tenant_id), local_time():
            return f"{_label(name)}: {import_string(name)()}"
    except Exception as error:
        kind, where = type(error).__name__, place(error)
        logger.error("The tick's task %s failed with %s at %s.", name, kind, where)
        return f"{_label(name)}: failed with {kind}"


def _label(name: str) -> str:
    return name.rpartition(".")[2]


def enqueue_tick() -> str:
    """Ask a worker for a tick now, besides the schedule's; returns the id of the job."""
    return str(async_task(FUNCTION))


def ensure_schedule(app_config: AppConfig | None = None, **_kwargs: Any) -> None:
    """Make the one schedule, or put it right.

    Runs after every migrate, so that workers find it however they are started.
    """
    schedules = Schedule.objects.filter(name=SCHEDULE_NAME).order_by("pk")
    schedule = schedules.first() or Schedule(name=SCHEDULE_NAME)
    schedule.func = FUNCTION
    schedule.schedule_type = Schedule.MINUTES
    schedule.minutes = 1
    schedule.repeats = -1
    schedule.save()
    schedules.exclude(pk=schedule.pk).delete()

"""The clock of the system: one schedule that runs a list of small tasks.

django-q2 looks at its schedules about every 30 seconds, and one malformed schedule stops all of
them, so there is exactly one, and what it runs is a list of ours: settings.TICK_TASKS.
"""

import logging
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string
from django_q.models import Schedule
from django_q.tasks import async_task

logger = logging.getLogger(__name__)

SCHEDULE_NAME = "tick"
FUNCTION = "waproject.tick.tick"


def tick() -> str:
    """Run every task of settings.TICK_TASKS, in order, each on its own.

    Returns one line that says what each one did. A task that fails is logged by its name and the
    kind of error alone, since an error's text can carry a person's data, and holds up no other.
    """
    return "; ".join(_outcome(name) for name in settings.TICK_TASKS)


def _outcome(name: str) -> str:
    label = name.rpartition(".")[2]
    try:
        return f"{label}: {import_string(name)()}"
    except Exception as error:
        kind = type(error).__name__
        logger.error("The tick's task %s failed with %s%s.", name, kind, _place(error))
        return f"{label}: failed with {kind}"


def _place(error: Exception) -> str:
    """Where the error was raised: ` at module.py:12`, without the error's text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


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

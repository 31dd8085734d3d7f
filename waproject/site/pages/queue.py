"""The queue's pages, to look at only.

django-q2's own pages let whoever may change a schedule run any function of the project, and let
whoever may look at a job run it again. Nobody needs either: jobs are made by operations.
"""

from typing import Any

from django.contrib import admin
from django_q.admin import FailAdmin, QueueAdmin, ScheduleAdmin, TaskAdmin
from django_q.models import Failure, OrmQ, Schedule, Success

from waproject.core.admin.read_only import LookOnly


# The names that django-q2 invents for tasks (“freddie-fruit-vegan-blossom”) tell nobody anything.
class LookOnlySuccess(LookOnly, TaskAdmin):
    list_display = ("func", "cluster", "started", "stopped", "time_taken")
    list_filter = ("cluster",)
    show_full_result_count = False


class LookOnlyFailure(LookOnly, FailAdmin):
    list_display = ("func", "cluster", "started", "stopped", "short_result")
    list_filter = ("cluster",)
    show_full_result_count = False


class LookOnlySchedule(LookOnly, ScheduleAdmin):
    """Without the last run, which the package names by such a name."""

    list_display = ("name", "func", "schedule_type", "repeats", "cluster", "next_run")
    list_display_links = ("name",)


class LookOnlyQueue(LookOnly, QueueAdmin):
    show_full_result_count = False


REPLACEMENTS: dict[Any, Any] = {
    Success: LookOnlySuccess,
    Failure: LookOnlyFailure,
    Schedule: LookOnlySchedule,
    OrmQ: LookOnlyQueue,
}


def replace_queue_pages() -> None:
    """Put the look-only pages in the place of django-q2's."""
    for model, page in REPLACEMENTS.items():
        admin.site.unregister(model)
        admin.site.register(model, page)

"""The queue's pages, to look at only.

django-q2's own pages let whoever may change a schedule run any function of the project, and let
whoever may look at a job run it again. Nobody needs either: jobs are made by operations.
"""

from typing import Any

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.admin import FailAdmin, QueueAdmin, ScheduleAdmin, TaskAdmin
from django_q.models import Failure, OrmQ, Schedule, Success

from waproject.core.admin.read_only import LookOnly


# The names that django-q2 invents for tasks (“freddie-fruit-vegan-blossom”) tell nobody anything.
class LookOnlySuccess(LookOnly, TaskAdmin):
    list_display = ("func", "cluster", "started", "stopped", "seconds")
    list_filter = ("cluster",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("seconds"))
    def seconds(self, task: Success) -> str:
        return str(number_format(round(task.time_taken(), 2), decimal_pos=2))


class LookOnlyFailure(LookOnly, FailAdmin):
    list_display = ("func", "cluster", "started", "stopped", "short_result")
    list_filter = ("cluster",)
    show_full_result_count = False

    @admin.display(description=FailAdmin.short_result.short_description)
    def short_result(self, task: Failure) -> str:
        """Nothing where the task said nothing: the package writes the Python word for it."""
        return truncatechars(task.result, 100) if task.result is not None else ""


class LookOnlySchedule(LookOnly, ScheduleAdmin):
    """Without the last run, which the package names by such a name."""

    list_display = ("name", "func", "schedule_type", "times", "cluster", "next_run")
    list_display_links = ("name",)

    @admin.display(description=Schedule._meta.get_field("repeats").verbose_name)
    def times(self, schedule: Schedule) -> str:
        """The package counts down to nought, and from less for ever."""
        return _("without end") if schedule.repeats < 0 else str(schedule.repeats)

    def get_fields(self, request: Any, obj: Any = None) -> list[str]:
        shown = super().get_fields(request, obj)
        return ["times" if name == "repeats" else name for name in shown]


def _or_dash(name: str) -> Any:
    """The column of this name in the package, with a dash for the Python word for nothing."""

    @admin.display(description=getattr(OrmQ, name).short_description)
    def shown(page: Any, task: OrmQ) -> Any:
        return getattr(task, name)() or "–"

    return shown


class LookOnlyQueue(LookOnly, QueueAdmin):
    show_full_result_count = False

    name = _or_dash("name")
    group = _or_dash("group")
    func = _or_dash("func")
    args = _or_dash("args")
    kwargs = _or_dash("kwargs")
    q_options = _or_dash("q_options")


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

"""The pages of long work: how far it is, until it ends, and its file."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from waproject.core.admin import chips
from waproject.core.admin.auditing import CoreAction, record
from waproject.core.admin.lists import BigListAdmin
from waproject.core.admin.permissions import require
from waproject.core.admin.read_only import ReadOnly
from waproject.core.jobs import operations
from waproject.core.jobs.kinds import kind_of, kinds
from waproject.core.jobs.models import Job, JobState
from waproject.core.text.numbers import number_in


@admin.register(Job)
class JobAdmin(ReadOnly, BigListAdmin):
    """Everyone sees their own jobs, and those of the kinds that their permissions show them."""

    list_display = ["title", "kind_shown", "state", "created_at", "done", "expires_at"]
    sortable_by = ["created_at"]
    chips = {
        "state": {
            JobState.RUNNING: chips.LIVE,
            JobState.COMPLETED: chips.USUAL,
            JobState.FAILED: chips.BAD,
        }
    }
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        shown = [
            kind.name
            for kind in kinds().values()
            if not kind.is_private and not kind.lacks(Job(kind=kind.name), request.user)
        ]
        mine = Q(owner=request.user.pk) | Q(kind__in=shown)
        return super().get_queryset(request).filter(mine)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # the pages where work begins lead here

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or kind_of(obj).may_see(obj, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.has_ended and obj.owner_id == request.user.pk

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress), name="jobs_job_progress"),
            path("<int:pk>/cancel/", wrap(self.cancel), name="jobs_job_cancel"),
            path("<int:pk>/file/", wrap(self.file), name="jobs_job_file"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_shown(self, job: Job) -> str:
        return str(kind_of(job).label)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of one job, or the way to the page that its kind has for it."""
        job = self._job(request, number_in(object_id))
        if page := kind_of(job).page:
            return redirect(page(job))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": job.title,
            **progress_of(job, request),
        }
        return TemplateResponse(request, "admin/jobs/page.html", context)

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for htmx.

        A page of the kind's own is loaded anew when the job ends.
        """
        job = self._job(request, pk)
        response = TemplateResponse(request, "admin/jobs/progress.html", progress_of(job, request))
        if job.has_ended and kind_of(job).page:
            response["HX-Refresh"] = "true"
        return response

    @method_decorator(require_POST)
    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a job as it is, and log that in the same transaction."""
        job = self._job(request, pk)
        if not may_cancel(job, request.user):
            raise PermissionDenied
        with transaction.atomic():
            if operations.cancel(job.pk):
                record(request.user, CoreAction.CANCEL_JOB, job, text=job.title)
        return redirect("admin:jobs_job_change", job.pk)

    def file(self, request: HttpRequest, pk: int) -> FileResponse:
        """The file, for those who see the job and still may have what is in it."""
        job = self._job(request, pk)
        require(request.user, *kind_of(job).permissions(job))
        if not has_file(job):
            raise Http404(_("This file is not there, or not any more. Ask for it again."))
        record(request.user, CoreAction.DOWNLOAD, job, text=job.file_name, rows=job.done)
        stored = default_storage.open(job.stored_as, "rb")
        return FileResponse(stored, as_attachment=True, filename=job.file_name)

    def delete_model(self, request: HttpRequest, obj: Job) -> None:
        operations.delete(obj)

    def _job(self, request: HttpRequest, pk: int) -> Job:
        return get_object_or_404(self.get_queryset(request), pk=pk)


def to_job(job: Job) -> HttpResponse:
    """To the page of a job."""
    return redirect("admin:jobs_job_change", job.pk)


def may_cancel(job: Job, user: Any) -> bool:
    """Whether this person may end the job, which is still open."""
    return not job.has_ended and kind_of(job).is_cancelled_here and job.owner_id == user.pk


def has_file(job: Job) -> bool:
    """Whether the job's file is there to be fetched."""
    is_kept = job.expires_at is None or job.expires_at > timezone.now()
    is_written = job.state == JobState.COMPLETED and bool(job.stored_as)
    return is_written and is_kept and default_storage.exists(job.stored_as)


def progress_of(job: Job, request: HttpRequest) -> dict[str, Any]:
    """What progress.html shows of a job."""
    kind = kind_of(job)
    return {
        "job": job,
        "kind": kind,
        "has_file": has_file(job),
        "may_delete": job.has_ended and job.owner_id == request.user.pk,
        "may_cancel": may_cancel(job, request.user),
    }

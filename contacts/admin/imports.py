"""Imports: the list of those made, the page that shows how one gets on, and its rows not taken."""

from functools import partial
from pathlib import PurePath

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contacts.imports.operations import files_go_at
from contacts.models import ImportJob, ImportStatus
from waproject.core.admin.lists import BigListAdmin

REPEATED_SHOWN = 50
FINISHED = {ImportStatus.COMPLETED, ImportStatus.FAILED}


@admin.register(ImportJob)
class ImportJobAdmin(BigListAdmin):
    list_display = [
        "original_name",
        "status",
        "created_at",
        "created_by",
        "rows",
        "created_count",
        "updated_count",
        "unchanged_count",
        "skipped_count",
        "failed_count",
        "remarked_count",
    ]
    list_filter = ["status", "created_at"]
    list_select_related = ["created_by"]
    sortable_by = ["created_at"]
    search_fields = ["original_name"]

    def has_add_permission(self, request):
        return False  # an import begins with its file, on the page of the people

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        """Who may import may also see what became of it."""
        may_import = request.user.has_perm("contacts.import_contact")
        return may_import or super().has_view_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        is_running = obj is not None and obj.status not in FINISHED
        return not is_running and super().has_delete_permission(request, obj)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress), name="contacts_importjob_progress"),
            path("<int:pk>/rejected/", wrap(self.rejected), name="contacts_importjob_rejected"),
            path("<int:pk>/remarks/", wrap(self.remarks), name="contacts_importjob_remarks"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("rows"))
    def rows(self, job):
        return job.rows_done if job.rows_total is None else job.rows_total

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of one import; nothing on it can be changed."""
        if not object_id.isdecimal():
            raise Http404
        job = self._job(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": job.original_name,
            "may_delete": self.has_delete_permission(request, job),
            **_progress(job),
        }
        return TemplateResponse(request, "admin/contacts/importjob/page.html", context)

    def progress(self, request, pk):
        """The part of the page that changes, for htmx."""
        job = self._job(request, pk)
        return TemplateResponse(request, "admin/contacts/importjob/progress.html", _progress(job))

    def rejected(self, request, pk):
        """The rows not taken, as a CSV file: line, reason and the row as it came."""
        job = self._job(request, pk)
        if not job.rejected_file:
            raise Http404(_("Every row of this import was taken."))
        return _download(job.rejected_file, _("%(file)s - rows not taken.csv"), job)

    def remarks(self, request, pk):
        """The rows of which a cell was left out, as a CSV file: line, reasons, row as it came."""
        job = self._job(request, pk)
        if not job.remarks_file:
            raise Http404(_("Every row of this import was taken whole."))
        return _download(job.remarks_file, _("%(file)s - rows with remarks.csv"), job)

    def get_deleted_objects(self, objs, request):
        """Imports that still run are named as what stands in the way."""
        *others, protected = super().get_deleted_objects(objs, request)
        running = [str(job) for job in objs if job.status not in FINISHED]
        return *others, [*protected, *running]

    def delete_model(self, request, obj):
        self.delete_queryset(request, ImportJob.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        """Forget imports together with their files, which hold personal data."""
        for job in queryset:
            for file in job.stored_files():
                transaction.on_commit(partial(file.storage.delete, file.name))
        queryset.delete()

    def _job(self, request, pk):
        job = get_object_or_404(ImportJob.objects.select_related("created_by"), pk=pk)
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        return job


def _download(file, name, job):
    title = name % {"file": PurePath(job.original_name).stem}
    return FileResponse(file.open("rb"), as_attachment=True, filename=title)


def _progress(job):
    """What progress.html shows of an import."""
    share = 100 * job.rows_done // job.rows_total if job.rows_total else 0
    return {
        "job": job,
        "is_finished": job.status in FINISHED,
        "files_go_at": job.finished_at and files_go_at(job.finished_at),
        "percent": 100 if job.status == ImportStatus.COMPLETED else min(share, 99),
        "counts": [
            (pgettext("rows", "created"), job.created_count),
            (pgettext("rows", "updated"), job.updated_count),
            (pgettext("rows", "unchanged"), job.unchanged_count),
            (pgettext("rows", "skipped"), job.skipped_count),
            (pgettext("rows", "failed"), job.failed_count),
        ],
        "repeated_lines": job.repeated_lines[:REPEATED_SHOWN],
    }

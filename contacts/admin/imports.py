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
from contacts.models import ImportJob
from waproject.core.admin.lists import BigListAdmin
from waproject.core.admin.read_only import ReadOnly
from waproject.core.jobs.admin import progress_of
from waproject.core.jobs.operations import delete

REPEATED_SHOWN = 50


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnly, BigListAdmin):
    """An import begins with its file, on the page of the people."""

    list_display = [
        "name",
        "state",
        "created",
        "by",
        "rows",
        "created_count",
        "updated_count",
        "unchanged_count",
        "skipped_count",
        "failed_count",
        "remarked_count",
    ]
    list_filter = ["job__state", "job__created_at"]
    list_select_related = ["job__owner"]
    sortable_by = ["created"]
    search_fields = ["job__title"]

    def has_view_permission(self, request, obj=None):
        """Who may import may also see what became of it."""
        may_import = request.user.has_perm("contacts.import_contact")
        return may_import or super().has_view_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        is_running = obj is not None and not obj.job.has_ended
        return not is_running and request.user.has_perm("contacts.delete_importjob")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress), name="contacts_importjob_progress"),
            path("<int:pk>/rejected/", wrap(self.rejected), name="contacts_importjob_rejected"),
            path("<int:pk>/remarks/", wrap(self.remarks), name="contacts_importjob_remarks"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("file name"))
    def name(self, imported):
        return imported.job.title

    @admin.display(description=gettext_lazy("state"))
    def state(self, imported):
        return imported.job.get_state_display()

    @admin.display(description=gettext_lazy("created"), ordering="job__created_at")
    def created(self, imported):
        return imported.job.created_at

    @admin.display(description=gettext_lazy("by"))
    def by(self, imported):
        return imported.job.owner

    @admin.display(description=gettext_lazy("rows"))
    def rows(self, imported):
        job = imported.job
        return job.done if job.total is None else job.total

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of one import; nothing on it can be changed."""
        if not object_id.isdecimal():
            raise Http404
        imported = self._import(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": imported.job.title,
            "may_delete": self.has_delete_permission(request, imported),
            **_progress(imported, request),
        }
        return TemplateResponse(request, "admin/contacts/importjob/page.html", context)

    def progress(self, request, pk):
        """The part of the page that changes, for htmx."""
        context = _progress(self._import(request, pk), request)
        return TemplateResponse(request, "admin/contacts/importjob/progress.html", context)

    def rejected(self, request, pk):
        """The rows not taken, as a CSV file: line, reason and the row as it came."""
        imported = self._import(request, pk)
        if not imported.rejected_file:
            raise Http404(_("Every row of this import was taken."))
        return _download(imported.rejected_file, _("%(file)s - rows not taken.csv"), imported)

    def remarks(self, request, pk):
        """The rows of which a cell was left out, as a CSV file: line, reasons, row as it came."""
        imported = self._import(request, pk)
        if not imported.remarks_file:
            raise Http404(_("Every row of this import was taken whole."))
        return _download(imported.remarks_file, _("%(file)s - rows with remarks.csv"), imported)

    def get_deleted_objects(self, objs, request):
        """Imports that still run are named as what stands in the way."""
        *others, protected = super().get_deleted_objects(objs, request)
        running = [str(one) for one in objs if not one.job.has_ended]
        return *others, [*protected, *running]

    def delete_model(self, request, obj):
        self.delete_queryset(request, ImportJob.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        """Forget imports together with their files, which hold personal data."""
        for imported in queryset:
            for file in imported.stored_files():
                transaction.on_commit(partial(file.storage.delete, file.name))
            delete(imported.job)

    def _import(self, request, pk):
        imported = get_object_or_404(ImportJob.objects.select_related("job__owner"), pk=pk)
        if not self.has_view_permission(request, imported):
            raise PermissionDenied
        return imported


def _download(file, name, imported):
    title = name % {"file": PurePath(imported.job.title).stem}
    return FileResponse(file.open("rb"), as_attachment=True, filename=title)


def _progress(imported, request):
    """What progress.html shows of an import."""
    finished = imported.job.finished_at
    return {
        **progress_of(imported.job, request),
        "imported": imported,
        "files_go_at": finished and files_go_at(finished),
        "counts": [
            (pgettext("rows", "created"), imported.created_count),
            (pgettext("rows", "updated"), imported.updated_count),
            (pgettext("rows", "unchanged"), imported.unchanged_count),
            (pgettext("rows", "skipped"), imported.skipped_count),
            (pgettext("rows", "failed"), imported.failed_count),
        ],
        "repeated_lines": imported.repeated_lines[:REPEATED_SHOWN],
    }

"""Imports: the list of those made, the page that shows how one gets on, and its rows not taken."""

from functools import partial
from pathlib import PurePath
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contacts.actions import ContactAction
from contacts.models import ImportJob
from contacts.permissions import SEE_ADDRESSES, may_see_people
from contacts.privacy.retention import IMPORTS_KEPT
from waproject.core.admin import chips
from waproject.core.admin.auditing import CoreAction, record
from waproject.core.admin.lists import BigListAdmin
from waproject.core.admin.permissions import PermissionLacking, require
from waproject.core.admin.read_only import ReadOnly
from waproject.core.jobs.admin import progress_of
from waproject.core.jobs.models import JobState
from waproject.core.jobs.operations import delete
from waproject.core.text.moments import said_in_full
from waproject.core.text.numbers import number_in

REPEATED_SHOWN = 50
TONES: chips.Tones = {
    JobState.RUNNING: chips.LIVE,
    JobState.COMPLETED: chips.USUAL,
    JobState.FAILED: chips.BAD,
}


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnly, BigListAdmin):
    """An import begins with its file, on the page of the people."""

    holds = gettext_lazy(
        "Each file of contacts that was imported, with the rows that could not be taken."
    )
    list_display = [
        "name",
        "state",
        "created",
        "by",
        "rows",
        "created_count",
        "updated_count",
        "unchanged_count",
        "failed_count",
    ]
    chips = {"state": TONES}
    list_filter = ["job__state", "job__created_at"]
    list_select_related = ["job__owner"]
    sortable_by = ["created"]
    search_fields = ["job__title"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may import may also see what became of it."""
        return _may_import(request) or super().has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_running = obj is not None and not obj.job.has_ended
        return not is_running and request.user.has_perm("contacts.delete_importjob")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress), name="contacts_importjob_progress"),
            path("<int:pk>/rejected/", wrap(self.rejected), name="contacts_importjob_rejected"),
            path("<int:pk>/remarks/", wrap(self.remarks), name="contacts_importjob_remarks"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("file name"))
    def name(self, imported: ImportJob) -> str:
        return imported.job.title

    @admin.display(description=gettext_lazy("state"))
    def state(self, imported: ImportJob) -> str:
        return imported.job.get_state_display()

    @admin.display(description=gettext_lazy("created"), ordering="job__created_at")
    def created(self, imported: ImportJob) -> str:
        return said_in_full(imported.job.created_at)

    @admin.display(description=gettext_lazy("by"))
    def by(self, imported: ImportJob) -> Any:
        return imported.job.owner

    @admin.display(description=gettext_lazy("rows"))
    def rows(self, imported: ImportJob) -> int:
        job = imported.job
        return job.done if job.total is None else job.total

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_import": _may_import(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of one import; nothing on it can be changed."""
        imported = self._import(request, number_in(object_id))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": imported.job.title,
            "may_delete": self.has_delete_permission(request, imported),
            "may_import": _may_import(request),
            **_progress(imported, request),
        }
        return TemplateResponse(request, "admin/contacts/importjob/page.html", context)

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for htmx."""
        context = _progress(self._import(request, pk), request)
        return TemplateResponse(request, "admin/contacts/importjob/progress.html", context)

    def rejected(self, request: HttpRequest, pk: int) -> FileResponse:
        """The rows not taken, as a CSV file: line, reason and the row as it came."""
        imported = self._import(request, pk)
        require(request.user, SEE_ADDRESSES)
        if not imported.rejected_file:
            raise Http404(_("Every row of this import was taken."))
        return _download(
            request, imported.rejected_file, _("%(file)s - rows not taken.csv"), imported
        )

    def remarks(self, request: HttpRequest, pk: int) -> FileResponse:
        """The rows of which a cell was left out, as a CSV file: line, reasons, row as it came."""
        imported = self._import(request, pk)
        require(request.user, SEE_ADDRESSES)
        if not imported.remarks_file:
            raise Http404(_("Every row of this import was taken whole."))
        return _download(
            request, imported.remarks_file, _("%(file)s - rows with remarks.csv"), imported
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Imports that still run are named as what stands in the way."""
        *others, protected = super().get_deleted_objects(objs, request)
        running = [str(one) for one in objs if not one.job.has_ended]
        return *others, [*protected, *running]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, ImportJob.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Forget imports together with their files, which hold personal data."""
        for imported in queryset:
            for file in imported.stored_files():
                transaction.on_commit(partial(file.storage.delete, file.name))
            delete(imported.job)

    def _import(self, request: HttpRequest, pk: int) -> ImportJob:
        imported = get_object_or_404(ImportJob.objects.select_related("job__owner"), pk=pk)
        if not self.has_view_permission(request, imported):
            raise PermissionLacking(["contacts.view_importjob"])
        return imported


def _may_import(request: HttpRequest) -> bool:
    return request.user.has_perm(ContactAction.IMPORT.permission)


def _download(
    request: HttpRequest, file: FieldFile, name: str, imported: ImportJob
) -> FileResponse:
    title = name % {"file": PurePath(imported.job.title).stem}
    record(request.user, CoreAction.DOWNLOAD, imported, text=title)
    return FileResponse(file.open("rb"), as_attachment=True, filename=title)


def _progress(imported: ImportJob, request: HttpRequest) -> dict[str, Any]:
    """What progress.html shows of an import."""
    finished = imported.job.finished_at
    return {
        **progress_of(imported.job, request),
        "imported": imported,
        "people": imported.people.count(),
        "people_query": f"import={imported.pk}",
        "people_url": reverse("admin:contacts_contact_changelist", query={"import": imported.pk}),
        "may_see_people": may_see_people(request.user),
        "files_go_at": finished and IMPORTS_KEPT.ends(finished),
        "counts": [
            (pgettext("rows", "created"), imported.created_count),
            (pgettext("rows", "updated"), imported.updated_count),
            (pgettext("rows", "unchanged"), imported.unchanged_count),
            (pgettext("rows", "skipped"), imported.skipped_count),
            (pgettext("rows", "failed"), imported.failed_count),
        ],
        "repeated_lines": imported.repeated_lines[:REPEATED_SHOWN],
    }

"""Exports that run in the background: everyone sees their own, and fetches the file here."""

from django.contrib import admin
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.exports.models import ExportJob, ExportStatus
from contacts.exports.sources import source_of
from waproject.accounts.permissions import require
from waproject.core.admin.auditing import record
from waproject.core.admin.lists import BigListAdmin

ENDED = (ExportStatus.COMPLETED, ExportStatus.FAILED)


@admin.register(ExportJob)
class ExportJobAdmin(BigListAdmin):
    list_display = ["file_name", "status", "created_at", "rows_done", "expires_at"]
    sortable_by = ["created_at"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).filter(owner=request.user)

    def has_module_permission(self, request):
        return False  # the pages of the lists lead here

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return obj is None or obj.owner_id == request.user.pk

    def has_delete_permission(self, request, obj=None):
        return obj is not None and obj.owner_id == request.user.pk and obj.status in ENDED

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress), name="contacts_exportjob_progress"),
            path("<int:pk>/file/", wrap(self.file), name="contacts_exportjob_file"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of one export: how far it is, then the file."""
        if not object_id.isdecimal():
            raise Http404
        job = self._job(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": job.file_name,
            **_state(job),
        }
        return TemplateResponse(request, "admin/contacts/exportjob/page.html", context)

    def progress(self, request, pk):
        """The part of the page that changes, for htmx."""
        context = _state(self._job(request, pk))
        return TemplateResponse(request, "admin/contacts/exportjob/progress.html", context)

    def file(self, request, pk):
        """The file, for its owner, who must still be allowed to export what is in it."""
        job = self._job(request, pk)
        require(request.user, *source_of(job).missing(job, request.user))
        if not _can_be_fetched(job):
            raise Http404(_("This file is not there, or not any more. Export the list again."))
        sentence = ngettext(
            "Downloaded %(file)s with %(count)d row.",
            "Downloaded %(file)s with %(count)d rows.",
            job.rows_done,
        )
        values = {"file": job.file_name, "count": job.rows_done}
        record(request.user, ExportJob, sentence % values, about=job.file_name)
        stored = default_storage.open(job.stored_as, "rb")
        return FileResponse(stored, as_attachment=True, filename=job.file_name)

    def delete_model(self, request, obj):
        obj.delete_files()
        obj.delete()

    def _job(self, request, pk):
        return get_object_or_404(ExportJob, pk=pk, owner=request.user)


def _can_be_fetched(job):
    is_kept = job.status == ExportStatus.COMPLETED and job.expires_at > timezone.now()
    return is_kept and default_storage.exists(job.stored_as)


def _state(job):
    """What progress.html shows of an export."""
    share = 100 * job.rows_done // job.rows_total if job.rows_total else 0
    return {
        "job": job,
        "has_ended": job.status in ENDED,
        "can_be_fetched": _can_be_fetched(job),
        "percent": 100 if job.status == ExportStatus.COMPLETED else min(share, 99),
    }

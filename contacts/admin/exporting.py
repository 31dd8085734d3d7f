"""Exports of what a list shows, filters and search included: at once, or in the background."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export.admin import ExportMixin
from import_export.forms import ExportForm

from contacts.exports import ContactExport, SafeCSV, SafeXLSX, operations
from contacts.exports.files import WRITERS
from contacts.exports.lists import ColumnsForm
from contacts.exports.operations import Wish, start_export
from contacts.exports.sources import CannotExport
from waproject.core.admin.auditing import record
from waproject.core.admin.lists import BigListAdmin
from waproject.core.db.counting import count_up_to


class ExportPages(ExportMixin):
    """A list that its readers take along, as CSV or for Excel."""

    def get_export_formats(self):
        return [SafeCSV, SafeXLSX]

    def get_export_filename(self, request, queryset, file_format):
        day = timezone.localdate().isoformat()
        return f"{self.opts.model_name}s-{day}.{file_format.get_extension()}"

    def export_action(self, request):
        """The page of the export; an address with filters that do not exist leads to the list."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            sentence = _("The address had a filter that does not exist. Choose the filters again.")
            messages.warning(request, sentence)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _do_file_export(self, file_format, request, queryset, export_form=None):
        """The file at once, or the page of the job that will write it: it is a long list."""
        count = count_up_to(queryset, operations.AT_ONCE + 1)
        if count > operations.AT_ONCE:
            return self._start_export(file_format, request, queryset, export_form)
        response = super()._do_file_export(file_format, request, queryset, export_form)
        sentence = ngettext("Exported %(count)d row.", "Exported %(count)d rows.", count)
        record(request.user, self.model, sentence % {"count": count})
        return response

    def _start_export(self, file_format, request, queryset, export_form):
        wish = Wish(
            source="list",
            name=self.opts.label_lower,
            file_name=self.get_export_filename(request, queryset, file_format),
            query=request.GET.urlencode(),
            options={"columns": self.get_export_resource_fields_from_form(export_form)},
        )
        return to_job(start_export(wish, by=request.user))


class ExportedListAdmin(ExportPages, BigListAdmin):
    """A list whose readers choose the columns that they take along."""

    export_form_class = ColumnsForm


class ContactExportPages(ExportPages):
    """The people, each with their vehicles."""

    export_form_class = ExportForm

    def get_export_resource_classes(self, request):
        return [ContactExport]


class ListSource:
    """Lists of the admin, as a source of exports in the background. `name` is the model's label."""

    def missing(self, job, user):
        page = _page_of(job)
        needed = f"{page.opts.app_label}.export_{page.opts.model_name}"
        return [] if user.has_perm(needed) else [needed]

    def write(self, job, file, progress):
        page, request = _page_of(job), _request_of(job)
        (resource,) = page.get_export_resource_classes(request)
        try:
            found = page.get_export_queryset(request)
        except (IncorrectLookupParameters, SuspiciousOperation, PermissionDenied):
            raise CannotExport(_("The filters of the list could not be read.")) from None
        rows = resource().export(found, export_fields=job.options.get("columns"))
        WRITERS[job.form](file, rows.with_progress(progress))


def to_job(job):
    """To the page of an export that runs in the background."""
    return redirect("admin:contacts_exportjob_change", job.pk)


def _page_of(job):
    return admin.site.get_model_admin(apps.get_model(job.name))


def _request_of(job) -> HttpRequest:
    """The request for the list as its owner saw it."""
    request: Any = HttpRequest()
    request.method = "GET"
    request.GET = QueryDict(job.query)
    request.user = job.owner
    return request

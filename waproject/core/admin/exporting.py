"""Exports of what a list shows, filters and search included: at once, or in the background."""

from collections.abc import Sequence
from typing import Any, BinaryIO

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.admin import ExportMixin

from waproject.core.admin.auditing import CoreAction, record
from waproject.core.admin.lists import BigListAdmin
from waproject.core.db.counting import count_up_to
from waproject.core.exports import work
from waproject.core.exports.files import WRITERS, SafeCSV, SafeXLSX
from waproject.core.exports.lists import ColumnsForm
from waproject.core.exports.rows import Progress
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.admin import to_job
from waproject.core.jobs.kinds import CannotDo


class ExportPages(ExportMixin):
    """A list that its readers take along, as CSV or for Excel."""

    # What a user needs for it, as has_perm takes it. Empty: the model's own right to be exported.
    export_permission = ""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.permission_to_export()))

    def permission_to_export(self) -> str:
        return self.export_permission or f"{self.opts.app_label}.export_{self.opts.model_name}"

    def get_export_formats(self) -> list[type[Any]]:
        return [SafeCSV, SafeXLSX]

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        day = timezone.localdate().isoformat()
        return f"{self.opts.model_name}s-{day}.{file_format.get_extension()}"

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The page of the export; an address with filters that do not exist leads to the list."""
        try:
            response: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            sentence = _("The address had a filter that does not exist. Choose the filters again.")
            messages.warning(request, sentence)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return response

    def _do_file_export(
        self, file_format: Any, request: Any, queryset: Any, export_form: Any = None
    ) -> HttpResponse:
        """The file at once, or the page of the job that will write it: it is a long list."""
        count = count_up_to(queryset, work.AT_ONCE + 1)
        if count > work.AT_ONCE:
            return self._start_export(file_format, request, queryset, export_form)
        response: HttpResponse = super()._do_file_export(
            file_format, request, queryset, export_form
        )
        record(request.user, CoreAction.EXPORT, self.model, rows=count)
        return response

    def _start_export(
        self, file_format: Any, request: Any, queryset: Any, export_form: Any
    ) -> HttpResponse:
        wish = Wish(
            source="list",
            name=self.opts.label_lower,
            query=request.GET.urlencode(),
            columns=self.get_export_resource_fields_from_form(export_form),
        )
        file_name = self.get_export_filename(request, queryset, file_format)
        with transaction.atomic():
            record(request.user, CoreAction.EXPORT_LATER, self.model, text=file_name)
            job = start_export(wish, file_name, by=request.user)
        return to_job(job)


class ExportedListAdmin(ExportPages, BigListAdmin):
    """A list that can be exported; the user chooses the columns."""

    export_form_class = ColumnsForm


class ListSource:
    """Lists of the admin, as a source of exports in the background. `name` is the model's label."""

    def permissions(self, wish: Wish) -> Sequence[str]:
        page: Any = admin.site.get_model_admin(apps.get_model(wish.name))
        return [page.permission_to_export()]

    def write(self, wish: Wish, form: str, user: Any, file: BinaryIO, progress: Progress) -> None:
        page: Any = admin.site.get_model_admin(apps.get_model(wish.name))
        request = _request(wish, user)
        (resource,) = page.get_export_resource_classes(request)
        try:
            found = page.get_export_queryset(request)
        except (IncorrectLookupParameters, SuspiciousOperation, PermissionDenied):
            raise CannotDo(_("The filters of the list could not be read.")) from None
        rows = resource().export(found, export_fields=wish.columns)
        WRITERS[form](file, rows.with_progress(progress))


def _request(wish: Wish, user: Any) -> HttpRequest:
    """The request for the list as its owner saw it."""
    request: Any = HttpRequest()
    request.method = "GET"
    request.GET = QueryDict(wish.query)
    request.user = user
    return request

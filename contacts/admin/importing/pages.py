"""Import on the page of the people: choose a file, see what it will do, mend rows, confirm.

What is confirmed becomes an ImportJob with a page of its own. A short file is taken at once, a
longer one by the worker.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.actions import ContactAction
from contacts.admin.importing.forms import (
    TAGS_OFFERED,
    ConfirmForm,
    UploadForm,
    changes_of,
    suggested_tag,
)
from contacts.imports import uploads
from contacts.imports.columns import Columns, ColumnsError
from contacts.imports.files.records import TableError
from contacts.imports.mending import Mended, mended_by
from contacts.imports.operations import start_import
from contacts.imports.preview import (
    MEANINGS,
    MOST_ROWS,
    Beginning,
    meanings,
    preview,
    read_beginning,
)
from contacts.imports.rejections import Rejected
from contacts.imports.sample import sample_file
from contacts.models import Tag
from waproject.core.admin.permissions import require
from waproject.core.jobs.operations import run
from waproject.tenants.preferences import preferences

MENDED_SHOWN = 25
LEFT_OUT_SHOWN = 200
LINES_SHOWN = 50
# The cells that can be mended, where the file has them.
_MENDABLE = ("phone", "name", "last_name", "email", "make", "model", "year")


class ImportPages:
    """A ModelAdmin of people with the pages of their import."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_action), name="contacts_contact_import"),
            path(
                "process_import/",
                wrap(self.process_import),
                name="contacts_contact_process_import",
            ),
            path("import/sample/", wrap(self.import_sample), name="contacts_contact_import_sample"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ContactAction.IMPORT.permission)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"has_import_permission": self.has_import_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})  # type: ignore[misc]

    def import_action(self, request: HttpRequest) -> HttpResponse:
        """The form of the file; then what the import would do with it."""
        require(request.user, ContactAction.IMPORT.permission)
        form = UploadForm(
            request.POST or None,
            request.FILES or None,
            initial={"region": preferences().phone_region},
        )
        if form.is_valid():
            return self._confirmation_of(request, form)
        context = {"form": form, "preview_rows": MOST_ROWS}
        return self._page(request, "import.html", context)

    @method_decorator(require_safe)
    def import_sample(self, request: HttpRequest) -> HttpResponse:
        """A file to begin with."""
        require(request.user, ContactAction.IMPORT.permission)
        response = HttpResponse(sample_file(), content_type="text/csv; charset=utf-8")
        name = _("sample contacts.csv")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest) -> HttpResponse:
        """Import the file that was shown, or show it again with the rows mended meanwhile."""
        require(request.user, ContactAction.IMPORT.permission)
        form = ConfirmForm(request.POST, user=request.user)
        gone = _("This file is not waiting for confirmation any more. Choose it again.")
        if not form.is_about_a_file():
            return self._choose_again(request, gone)
        try:
            with uploads.opened(form.cleaned_data["import_file_name"]) as stored:
                return self._processed(request, form, stored)
        except FileNotFoundError:
            return self._choose_again(request, gone)
        except (TableError, ColumnsError) as error:
            return self._choose_again(request, str(error))

    def _processed(self, request: HttpRequest, form: ConfirmForm, stored: File) -> HttpResponse:
        beginning = read_beginning(stored.file)
        changes = changes_of(request.POST)
        mended = mended_by(beginning.rows, changes, len(beginning.columns.header))
        if "check" in request.POST or not form.is_valid():
            return self._confirmation(request, form, beginning, mended)
        given = form.cleaned_data
        started = start_import(
            stored,
            given["original_file_name"],
            form.options,
            by=request.user,
            tag=given["tag"],
            mended=mended,
        )
        uploads.forget(given["import_file_name"])
        if not beginning.is_long:
            run(started.pk)
        return HttpResponseRedirect(reverse("admin:contacts_importjob_change", args=[started.pk]))

    def _confirmation_of(self, request: HttpRequest, form: UploadForm) -> HttpResponse:
        """The page that shows a new upload."""
        upload = form.cleaned_data["import_file"]
        waiting = {
            **form.options,
            "import_file_name": uploads.keep(upload),
            "original_file_name": upload.name,
            "tag": suggested_tag(upload.name, request.user),
        }
        confirm = ConfirmForm(waiting, user=request.user)
        confirm.is_valid()
        return self._confirmation(request, confirm, form.beginning, {})

    def _confirmation(
        self, request: HttpRequest, form: ConfirmForm, beginning: Beginning, mended: Mended
    ) -> HttpResponse:
        shown = preview(beginning, mended=mended, **form.options)
        to_mend = shown.refused[:MENDED_SHOWN]
        lines = {row.line for row in to_mend}
        context = {
            "form": form,
            "file_name": form.cleaned_data["original_file_name"],
            "preview": shown,
            "is_long": beginning.is_long,
            "columns": meanings(beginning.columns),
            "to_mend": [_fields(row, beginning.columns) for row in to_mend],
            # What was mended before goes along, but for the rows that can be seen.
            "mended": json.dumps({at: row for at, row in mended.items() if at not in lines}),
            "tags": Tag.objects.values_list("name", flat=True)[:TAGS_OFFERED],
            "lines": {
                "mended": _listed(shown.mended),
                "landlines": _listed(shown.landlines),
                "foreign": _listed(shown.foreign),
            },
            "left_out": [*shown.refused[MENDED_SHOWN:], *shown.skipped],
            "shown_slice": f":{LEFT_OUT_SHOWN}",
            "rows_shown": LEFT_OUT_SHOWN,
            "lines_slice": f":{LINES_SHOWN}",
            "lines_shown": LINES_SHOWN,
        }
        return self._page(request, "import_preview.html", context)

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import contacts"),
            **context,
        }
        return TemplateResponse(request, f"admin/contacts/contact/{template}", context)

    def _choose_again(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.warning(request, sentence)
        return HttpResponseRedirect(reverse("admin:contacts_contact_import"))


def _listed(lines: Sequence[int]) -> str:
    """The lines as a sentence names them, the first of many."""
    listed = ", ".join(map(str, lines[:LINES_SHOWN]))
    return f"{listed}, …" if len(lines) > LINES_SHOWN else listed


def _fields(row: Rejected, columns: Columns) -> dict[str, Any]:
    """A row not taken with the cells that can be mended: name, label and text of each field."""
    places = [(name, columns.positions[name]) for name in _MENDABLE if name in columns.positions]
    cells = [
        (f"mend-{row.line}-{at}", MEANINGS[name], row.cells[at] if at < len(row.cells) else "")
        for name, at in places
    ]
    return {"line": row.line, "reason": row.reason, "cells": cells}

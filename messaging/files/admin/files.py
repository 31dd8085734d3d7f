from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from contacts.admin.people import NamesPeople
from contacts.permissions import said_address, shown_text
from contacts.search.people import of_named_people
from messaging.files import operations
from messaging.files.actions import CHANGE_FILES, SEE_FILES
from messaging.files.models import StoredFile
from messaging.files.states import FileState
from messaging.files.storing import download_name
from waproject.core.admin import chips
from waproject.core.admin.lists import BigListAdmin
from waproject.core.admin.permissions import require
from waproject.core.admin.writing import WritesWhatChanged
from waproject.core.files.serving import begins, respond
from waproject.core.text.avatars import named
from waproject.core.text.moments import said_in_full

# A browser may keep the small picture; the file itself it asks for each time, so that each counts.
KEPT_SHORTLY, NOT_KEPT = "private, max-age=3600", "private, no-store"


@admin.register(StoredFile)
class StoredFileAdmin(WritesWhatChanged, NamesPeople, BigListAdmin):
    """All files, or by `?contact__id__exact=` those of a person."""

    holds = _("What people send, and what is sent to them, comes here by itself.")
    list_display = ["file", "person", "kind", "size", "came", "opened"]
    list_display_links = ["came"]
    list_select_related = ["contact"]
    list_filter = ["file_type", "state", "created_at"]
    sortable_by = ["came"]
    search_fields = ["contact__phone"]
    search_help_text = _("Phone, name or email")
    actions = ["fetch_again"]
    fields = [
        *("file", "contact", "kind", "mime_type", "size", "came", "upload_timestamp"),
        *("checksum_sha256", "is_archived", "opened", "last_accessed", "retention_days"),
    ]
    readonly_fields = fields[:-1]
    logged_values = ["retention_days"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(
                "<uuid:file_id>/open/",
                view(require_safe(self.open_view), cacheable=True),
                name="files_storedfile_open",
            ),
            path(
                "<uuid:file_id>/small/",
                view(require_safe(self.small_view), cacheable=True),
                name="files_storedfile_small",
            ),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(of_named_people(search_term)), False

    def open_view(self, request: HttpRequest, file_id: UUID) -> HttpResponseBase:
        """The file; each time that it is asked for from its beginning counts, and is logged."""
        require(request.user, SEE_FILES)
        row = get_object_or_404(StoredFile.objects.stored(), file_id=file_id)
        if begins(request):
            operations.open_file(file_id, by=request.user)
        elif request.method == "GET":
            operations.note_further_part(row, by=request.user)
        return self._respond(request, row, row.file_path, row.mime_type, NOT_KEPT)

    def small_view(self, request: HttpRequest, file_id: UUID) -> HttpResponseBase:
        """The small picture of a picture, as conversations show it."""
        require(request.user, SEE_FILES)
        rows = StoredFile.objects.stored().exclude(thumbnail_path="")
        row = get_object_or_404(rows, file_id=file_id)
        return self._respond(request, row, row.thumbnail_path, "image/jpeg", KEPT_SHORTLY)

    def _respond(
        self, request: HttpRequest, row: StoredFile, place: str, mime_type: str, cache: str
    ) -> HttpResponseBase:
        name = shown_text(download_name(row))  # what a reader may not see is in names too
        try:
            return respond(request, place, mime_type=mime_type, name=name, cache=cache)
        except FileNotFoundError:
            raise Http404 from None

    @admin.action(permissions=["change"], description=_("Fetch again"))
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[StoredFile]) -> None:
        require(request.user, CHANGE_FILES)
        ids = list(queryset.values_list("pk", flat=True))
        count = operations.fetch_again(ids, by=request.user)
        sentence = ngettext(
            "%(count)d file is fetched again.", "%(count)d files are fetched again.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.display(description=_("file"))
    def file(self, row: StoredFile) -> str:
        """Its name, which opens it where it is here; else why it is not."""
        name = shown_text(row.name)
        if row.state == FileState.STORED:
            url = reverse("admin:files_storedfile_open", args=[row.file_id])
            return format_html('<a href="{}">{}</a>', url, name)
        tone = chips.BAD if row.state == FileState.FAILED else ""
        state = chips.chip(row.get_state_display(), tone)
        return format_html('{} {}<span class="quiet">{}</span>', name, state, row.why)

    @admin.display(description=_("contact"))
    def person(self, row: StoredFile) -> str:
        address = said_address(row.contact.address)
        return named(row.contact.name, address) if row.contact.name else address

    @admin.display(description=_("kind"))
    def kind(self, row: StoredFile) -> str:
        return capfirst(str(row.get_file_type_display()))

    @admin.display(description=_("size"))
    def size(self, row: StoredFile) -> str:
        return filesizeformat(row.file_size) if row.file_size else "–"

    @admin.display(description=_("came"), ordering="created_at")
    def came(self, row: StoredFile) -> str:
        return said_in_full(row.created_at)

    @admin.display(description=_("times opened"))
    def opened(self, row: StoredFile) -> str:
        return str(row.accessed_count)

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.admin.people import NamesPeople, shown_field
from contacts.imports.columns import ColumnsError
from contacts.imports.files.records import TableError
from contacts.models import Contact
from contacts.permissions import said_address, shown_text
from contacts.search.people import of_named_people
from optouts.admin.forms import NoteForm, OptOutForm, UploadForm
from optouts.admin.one_person import OnePersonPages
from optouts.admin.resources import ConsentEventResource, OptOutResource
from optouts.models import Change, ConsentEvent, OptOut, Reason, Source
from optouts.operations import opt_out, revoke, words_in
from optouts.upload import Report, opt_out_list
from waproject.core.admin import chips
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.permissions import PermissionLacking
from waproject.core.admin.read_only import ReadOnly

# How many people a page names, and how many rows not taken it shows.
NAMES_SHOWN = 20
FAILURES_SHOWN = 1_000


def contact_link(contact: Contact) -> str:
    url = reverse("admin:contacts_contact_change", args=[contact.pk])
    return format_html('<a href="{}">{}</a>', url, contact.name or said_address(contact.address))


@admin.register(OptOut)
class OptOutAdmin(OnePersonPages, NamesPeople, ExportedListAdmin):
    """The list of who may not be written to. It changes by operations only: add, upload, revoke."""

    holds = gettext_lazy("People who asked not to be written to. Nothing leaves for them.")
    logs_itself = True  # the form calls opt_out
    resource_classes = [OptOutResource]
    import_export_change_list_template = "admin/optouts/optout/change_list.html"
    actions = ["revoke_selected"]
    list_display = ["__str__", "person", "opted_out_at", "reason"]
    list_select_related = ["contact"]
    list_filter = ["reason", "opted_out_at"]
    sortable_by = ["opted_out_at", "reason"]
    search_fields = ["phone"]
    search_help_text = gettext_lazy("Phone, name or email")
    readonly_fields = ["person", "phone_shown", "opted_out_at", "reason", "history"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("optouts.revoke_optout")

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("optouts.import_optout")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(of_named_people(search_term)), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ["address", "note"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else []

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = OptOutForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        note = form.cleaned_data["note"]
        row = opt_out(form.contact(), reason=Reason.MANUAL, by=request.user, note=note)
        obj.pk = row.pk
        obj.refresh_from_db()

    def get_urls(self) -> list[URLPattern]:
        upload = self.admin_site.admin_view(self.upload_view)
        return [path("upload/", upload, name="optouts_optout_upload"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"has_upload_permission": self.has_upload_permission(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description=gettext_lazy("person"), ordering="contact__name")
    def person(self, row: Any) -> str:
        return contact_link(row.contact)

    @admin.display(description=gettext_lazy("history"))
    def history(self, row: Any) -> str:
        events = row.contact.consent_events.select_related("by")
        lines = ((_when(e.at), e.get_change_display(), _details(e)) for e in events)
        return format_html_join("", "<div>{}: {}. {}</div>", lines)

    @admin.action(
        permissions=["revoke"], description=gettext_lazy("Allow writing to them again, with a note")
    )
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        form = NoteForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self._revoke(request, queryset, form.cleaned_data["note"])
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Allow writing to them again"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "count": queryset.count(),
            "people": [row.contact for row in queryset.select_related("contact")[:NAMES_SHOWN]],
            "selected": request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/optouts/optout/revoke.html", context)

    def _revoke(self, request: HttpRequest, queryset: QuerySet[Any], note: str) -> None:
        people = [row.contact for row in queryset.select_related("contact")]
        revoked = sum(
            revoke(person, source=Source.STAFF, by=request.user, note=note) for person in people
        )
        sentence = ngettext(
            "%(count)d person may be written to again.",
            "%(count)d people may be written to again.",
            revoked,
        )
        self.message_user(request, sentence % {"count": revoked}, messages.SUCCESS)

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_upload_permission(request):
            raise PermissionLacking(["optouts.import_optout"])
        form = UploadForm(request.POST or None, request.FILES or None)
        report = self._upload(request, form) if form.is_valid() else None
        if report and not report.failures:
            self.message_user(request, _outcome(report), messages.SUCCESS)
            return redirect("admin:optouts_optout_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Opt out by list"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "report": report,
            "outcome": _outcome(report) if report else "",
            "failures": report.failures[:FAILURES_SHOWN] if report else [],
        }
        return TemplateResponse(request, "admin/optouts/optout/upload.html", context)

    def _upload(self, request: HttpRequest, form: UploadForm) -> Report | None:
        file, note = form.cleaned_data["file"], form.cleaned_data["note"]
        try:
            return opt_out_list(file, name=file.name, by=request.user, note=note)
        except (TableError, ColumnsError) as error:
            form.add_error("file", str(error))
            return None


@admin.register(ConsentEvent)
class ConsentEventAdmin(NamesPeople, ReadOnly, ExportedListAdmin):
    """The events of people's consent, read-only."""

    resource_classes = [ConsentEventResource]
    export_permission = "optouts.export_optout"
    list_display = ["at", "person", "change", "source", "by", "short_evidence"]
    chips = {"change": {Change.IN: chips.GOOD}}
    list_select_related = ["contact", "by"]
    list_filter = ["change", "source", "at"]
    sortable_by = ["at"]
    search_fields = ["contact__phone"]
    search_help_text = OptOutAdmin.search_help_text
    fields = ["at", "person", "change", "source", "by", "evidence_shown", "note_shown"]
    readonly_fields = ["person", "evidence_shown", "note_shown"]
    evidence_shown = staticmethod(shown_field(ConsentEvent, "evidence"))
    note_shown = staticmethod(shown_field(ConsentEvent, "note"))

    class Media:
        css = {"all": ["optouts/lists.css"]}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(of_named_people(search_term)), False

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_export_queryset(request)
        return found.select_related("contact", "by")

    @admin.display(description=gettext_lazy("person"))
    def person(self, event: ConsentEvent) -> str:
        return contact_link(event.contact)

    @admin.display(description=gettext_lazy("evidence"))
    def short_evidence(self, event: ConsentEvent) -> str:
        return shortened(shown_text(words_in(event.evidence) or event.note))


def shortened(text: str, length: int = 80) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _when(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _details(event: ConsentEvent) -> str:
    evidence, note = shown_text(words_in(event.evidence)), shown_text(event.note)
    parts = [event.get_source_display(), event.by, shortened(evidence), note]
    return " · ".join(str(part) for part in parts if part)


def _outcome(report: Report) -> str:
    """The totals of an uploaded list in one sentence."""
    return _(
        "%(rows)d rows: %(out)d opted out now, %(already)d opted out before, %(failed)d failed."
    ) % {
        "rows": report.rows,
        "out": report.opted_out,
        "already": report.already,
        "failed": len(report.failures),
    }

from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from contacts.admin.people import NamesPeople
from contacts.imports import uploads
from contacts.models import Contact
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE, said_address
from contacts.search.people import of_named_people
from messaging.archives.actions import (
    MAKE_ARCHIVES,
    RESTORE_ARCHIVES,
    SEE_ARCHIVES,
    ArchiveAction,
)
from messaging.archives.content import Wanted
from messaging.archives.making import start_archive
from messaging.archives.models import ConversationArchive, Format, StorageStatus
from messaging.archives.preview import preview_of
from messaging.archives.restoring import CannotRestore, read_archive, restore
from messaging.files.storing import opened
from messaging.models import Conversation
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.core.admin.permissions import require
from waproject.core.admin.read_only import ReadOnlyAdmin
from waproject.core.jobs.admin import to_job
from waproject.core.text.avatars import named
from waproject.core.text.moments import said_in_full

# What a request can restore in a few seconds: some 20,000 messages. The command takes more.
MOST_UPLOADED = 12 * 1024 * 1024
_RESTORING = (RESTORE_ARCHIVES, SEE_PEOPLE, SEE_ADDRESSES)
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ArchiveForm(forms.Form):
    conversation = forms.ModelChoiceField(
        Conversation.objects.none(),
        label=gettext_lazy("Conversation"),
        required=False,
        empty_label=gettext_lazy("with all senders"),
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=Format, initial=Format.PDF)
    since = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=_DAY,
        help_text=gettext_lazy("Empty: from the first message on."),
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=_DAY,
        help_text=gettext_lazy("Empty: up to the last message."),
    )

    def __init__(self, contact: Contact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        talks = Conversation.objects.filter(contact=contact).select_related("sender")
        field = cast(Any, self.fields["conversation"])
        field.queryset = talks
        field.label_from_instance = lambda talk: str(talk.sender)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return cleaned


class RestoreForm(forms.Form):
    """The file; `content` is what it says once the form is valid."""

    archive = forms.FileField(
        label=capfirst(gettext_lazy("archive")),
        help_text=gettext_lazy("The JSON of a conversation that was archived here or elsewhere."),
        widget=forms.FileInput({"accept": ".json"}),
    )
    content: dict[str, Any]

    def clean_archive(self) -> Any:
        upload = self.cleaned_data["archive"]
        if upload.size > MOST_UPLOADED:
            raise forms.ValidationError(
                _("The file has more than %(most)s. The command restore_archive takes it.")
                % {"most": filesizeformat(MOST_UPLOADED)}
            )
        try:
            self.content = read_archive(upload.read())
        except CannotRestore as error:
            raise forms.ValidationError(str(error)) from None
        return upload


class ConfirmForm(forms.Form):
    """The upload that was shown."""

    upload = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)


@admin.register(ConversationArchive)
class ConversationArchiveAdmin(NamesPeople, ReadOnlyAdmin):
    """All archives, or by `?contact__id__exact=` those of a person."""

    holds = gettext_lazy("A conversation is archived from its menu in the inbox.")
    list_display = ["file", "person", "days", "message_count", "size", "made", "by"]
    list_display_links = ["made"]
    list_select_related = ["contact", "made_by"]
    list_filter = ["format", "storage_status", "created_at"]
    sortable_by = ["made"]
    search_fields = ["contact__phone"]
    search_help_text = gettext_lazy("Phone, name or email")
    actions = None
    fields = [
        *("file", "contact", "conversation", "days", "message_count", "size"),
        *("checksum_sha256", "storage_status", "made", "by"),
    ]
    readonly_fields = ["file", "days", "size", "made", "by"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("make/<int:pk>/", view(self.make_view), name="archives_conversationarchive_make"),
            path(
                "<uuid:archive_id>/open/",
                view(require_safe(self.open_view)),
                name="archives_conversationarchive_open",
            ),
            path("restore/", view(self.restore_view), name="archives_conversationarchive_restore"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_restore": request.user.has_perms(_RESTORING)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def restore_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file (GET); show what is in it, and once that is confirmed restore it."""
        require(request.user, *_RESTORING)
        if "upload" in request.POST:
            return self._restored(request)
        form = RestoreForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            try:
                shown = preview_of(form.content)
            except CannotRestore as error:
                form.add_error("archive", str(error))
            else:
                waiting = {"upload": uploads.keep(form.cleaned_data["archive"])}
                context = {"preview": shown, "form": ConfirmForm(initial=waiting)}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Restore an archive"),
            "opts": self.opts,
            **context,
        }
        return TemplateResponse(request, "admin/archives/conversationarchive/restore.html", context)

    def _restored(self, request: HttpRequest) -> HttpResponse:
        """Restore the upload that was shown, and lead to its person."""
        again = redirect("admin:archives_conversationarchive_restore")
        form = ConfirmForm(request.POST)
        try:
            if not form.is_valid():
                raise FileNotFoundError
            with uploads.opened(form.cleaned_data["upload"]) as stored:
                content = read_archive(stored.read())
            found = restore(content, by=cast(User, request.user))
        except FileNotFoundError:
            gone = _("This file is not waiting for confirmation any more. Choose it again.")
            messages.warning(request, gone)
            return again
        except CannotRestore as error:
            messages.error(request, str(error))
            return again
        uploads.forget(form.cleaned_data["upload"])
        sentence = ngettext(
            "%(count)d message was restored; the others were here already.",
            "%(count)d messages were restored; the others were here already.",
            found["new"],
        )
        messages.success(request, sentence % {"count": found["new"]})
        return redirect("admin:contacts_contact_change", found["contact"].pk)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return queryset.filter(of_named_people(search_term)), False

    def make_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask which days and in which format (GET); start the job (POST)."""
        require(request.user, MAKE_ARCHIVES, SEE_PEOPLE, SEE_ADDRESSES)
        contact = get_object_or_404(Contact, pk=pk)
        form = ArchiveForm(
            contact, request.POST or None, initial={"conversation": request.GET.get("talk")}
        )
        if form.is_valid():
            said = form.cleaned_data
            wanted = Wanted(contact, said["conversation"], said["since"], said["until"])
            return to_job(start_archive(wanted, said["format"], by=cast(User, request.user)))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Archive the conversation"),
            "opts": Contact._meta,
            "original": contact,
            "form": form,
        }
        return TemplateResponse(request, "admin/archives/conversationarchive/make.html", context)

    def open_view(self, request: HttpRequest, archive_id: UUID) -> HttpResponseBase:
        """The file of an archive, as a download; it is logged."""
        require(request.user, SEE_ARCHIVES, SEE_PEOPLE, SEE_ADDRESSES)
        row = get_object_or_404(ConversationArchive.objects.kept(), archive_id=archive_id)
        try:
            file = opened(row.file_path)
        except FileNotFoundError:
            raise Http404 from None
        with acting(cast(User, request.user), ArchiveAction.OPEN, row):
            return FileResponse(
                file,
                as_attachment=True,
                filename=row.name,
                content_type="application/octet-stream",
            )

    @admin.display(description=gettext_lazy("file"))
    def file(self, row: ConversationArchive) -> str:
        if row.storage_status == StorageStatus.DELETED:
            return format_html(
                '{}<span class="quiet">{}</span>', row.name, row.get_storage_status_display()
            )
        url = reverse("admin:archives_conversationarchive_open", args=[row.archive_id])
        return format_html('<a href="{}" download>{}</a>', url, row.name)

    @admin.display(description=gettext_lazy("contact"))
    def person(self, row: ConversationArchive) -> str:
        address = said_address(row.contact.address)
        return named(row.contact.name, address) if row.contact.name else address

    @admin.display(description=gettext_lazy("days"))
    def days(self, row: ConversationArchive) -> str:
        told = {
            "since": date_format(row.start_date, "SHORT_DATE_FORMAT") if row.start_date else "",
            "until": date_format(row.end_date, "SHORT_DATE_FORMAT") if row.end_date else "",
        }
        if row.start_date and row.end_date:
            return _("%(since)s to %(until)s") % told
        if row.start_date:
            return _("from %(since)s on") % told
        return _("until %(until)s") % told if row.end_date else _("all of them")

    @admin.display(description=gettext_lazy("size"))
    def size(self, row: ConversationArchive) -> str:
        return filesizeformat(row.file_size)

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def made(self, row: ConversationArchive) -> str:
        return said_in_full(row.created_at)

    @admin.display(description=gettext_lazy("by"))
    def by(self, row: ConversationArchive) -> str:
        return row.made_by.get_username() if row.made_by else _("the system")

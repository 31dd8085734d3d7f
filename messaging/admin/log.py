import json

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from contacts.phone_keys import spellings
from contacts.phones import PhoneError, parse_phone
from contacts.search import contact_condition
from messaging.models import KeptStatus, Message
from messaging.states import Direction
from waproject.core.admin.read_only import ReadOnlyAdmin


class ErrorFilter(admin.SimpleListFilter):
    title = _("error")
    parameter_name = "error"

    def lookups(self, request, model_admin):
        return [("yes", gettext("with an error")), ("no", gettext("without"))]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(error_code__isnull=self.value() == "no")
        return queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["when", "person", "text", "outcome"]
    list_select_related = ["contact", "conversation__sender__account"]
    list_filter = [
        "direction",
        "status",
        ErrorFilter,
        "created_at",
    ]
    sortable_by = ["when"]
    search_fields = ["phone"]
    search_help_text = _("A phone, a message sid, or words of a name.")
    fieldsets = [
        (None, {"fields": ["contact", "phone", "conversation", "direction", "type"]}),
        (None, {"fields": ["body", "details"]}),
        (None, {"fields": ["status", "error", "message_sid", "campaign_id", "in_reply_to"]}),
        (None, {"fields": ["created_at", "sent_at", "delivered_at", "read_at", "failed_at"]}),
        (None, {"fields": ["price", "price_unit"]}),
    ]

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        named = queryset.filter(message_sid=term)
        if term and named.exists():
            return named, False
        try:
            return queryset.filter(phone__in=spellings(parse_phone(term))), False
        except PhoneError:
            return queryset.filter(contact_condition(term, "contact__")), False

    class Media:
        css = {"all": ["messaging/admin.css"]}

    @admin.display(description=_("contact"))
    def person(self, message):
        name = message.contact.name if message.contact else ""
        return format_html('{}<span class="quiet">{}</span>', name, message.phone)

    @admin.display(description=_("created"), ordering="created_at")
    def when(self, message):
        return date_format(localtime(message.created_at), pgettext("date format", "j M Y H:i"))

    @admin.display(description=_("text"))
    def text(self, message):
        arrow = "←" if message.direction == Direction.INBOUND else "→"
        return f"{arrow} {truncatechars(message.body, 80) or message.type}"

    @admin.display(description=_("status"), ordering="status")
    def outcome(self, message):
        error = self.error(message) if message.error_code else ""
        return format_html('{}<span class="quiet">{}</span>', message.get_status_display(), error)

    @admin.display(description=_("error"))
    def error(self, message):
        if message.error_code is None:
            return "–"
        return f"{message.error_code}: {message.error_meaning}"

    @admin.display(description=_("content"))
    def details(self, message):
        if not message.content:
            return "–"
        return format_html(
            "<pre>{}</pre>", json.dumps(message.content, indent=2, ensure_ascii=False)
        )


@admin.register(KeptStatus)
class KeptStatusAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "message_sid", "status", "error_code", "address", "try_at"]
    list_filter = ["received_at"]
    sortable_by = ["received_at"]
    search_fields = ["message_sid__exact"]
    search_help_text = _("A message sid.")
    fields = ["message_sid", "status", "error_code", "error_message", "address", "received_at"]

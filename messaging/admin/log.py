import json

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field

from contacts.admin.people import MasksAddresses, shown_field
from contacts.permissions import said_address, shown_address, shown_text
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import spellings
from contacts.search.people import of_named_people
from messaging.inbox.reading.campaigns import campaign_reader
from messaging.models import KeptStatus, Message
from messaging.states import Direction, MessageStatus
from waproject.core.admin import chips
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.read_only import ReadOnly, ReadOnlyAdmin
from waproject.core.exports.lists import ListResource
from waproject.core.readers import reader_has
from waproject.core.text.moments import said_in_full

TONES: chips.Tones = {
    MessageStatus.FAILED: chips.BAD,
    MessageStatus.UNDELIVERED: chips.BAD,
    MessageStatus.CANCELED: "",
}


class ErrorFilter(admin.SimpleListFilter):
    title = _("error")
    parameter_name = "error"

    def lookups(self, request, model_admin):
        return [("yes", gettext("with an error")), ("no", gettext("without"))]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(error_code__isnull=self.value() == "no")
        return queryset


class MessageResource(ListResource):
    """One line a message: addresses and texts as the reader may see them."""

    name = Field("contact__name", "name")

    class Meta:
        model = Message
        fields = (
            *("created_at", "direction", "phone", "name", "type", "body", "status"),
            *("error_code", "error_message", "campaign_id", "message_sid"),
            *("sent_at", "delivered_at", "read_at", "failed_at", "price", "price_unit"),
        )
        export_order = fields

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        # Translated once, not for each row.
        self._directions = {value: str(label) for value, label in Direction.choices}
        self._statuses = {value: str(label) for value, label in MessageStatus.choices}

    def dehydrate_direction(self, message):
        return self._directions[message.direction]

    def dehydrate_status(self, message):
        return self._statuses[message.status]

    def dehydrate_phone(self, message):
        return shown_address(message.phone)

    def dehydrate_type(self, message):
        return message.type_in_words

    def dehydrate_body(self, message):
        return shown_text(message.body)

    def dehydrate_error_message(self, message):
        return message.error_meaning or shown_text(message.error_message)


@admin.register(Message)
class MessageAdmin(MasksAddresses, ReadOnly, ExportedListAdmin):
    resource_classes = [MessageResource]
    list_display = ["when", "person", "text", "outcome"]
    list_select_related = ["contact", "account"]
    list_filter = [
        "direction",
        "status",
        "is_test",
        ErrorFilter,
        "created_at",
    ]
    sortable_by = ["when"]
    search_fields = ["phone"]
    search_help_text = _("Phone, name or message sid")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "contact",
                    "phone_shown",
                    "conversation",
                    "direction",
                    "type_shown",
                    "is_test",
                ]
            },
        ),
        (None, {"fields": ["body_shown", "details"]}),
        (
            None,
            {"fields": ["status", "error", "message_sid", "account", "campaign", "in_reply_to"]},
        ),
        (None, {"fields": ["created_at", "sent_at", "delivered_at", "read_at", "failed_at"]}),
        (None, {"fields": ["price", "price_unit"]}),
    ]

    readonly_fields = ["body_shown", "campaign", "type_shown"]
    body_shown = staticmethod(shown_field(Message, "body"))

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        named = queryset.filter(message_sid=term)
        if term and named.exists():
            return named, False
        try:
            return queryset.filter(phone__in=spellings(parse_phone(term))), False
        except PhoneError:
            return queryset.filter(of_named_people(term)), False

    class Media:
        css = {"all": ["messaging/admin.css"]}

    @admin.display(description=_("contact"))
    def person(self, message):
        name = message.contact.name if message.contact else ""
        return format_html('{}<span class="quiet">{}</span>', name, said_address(message.phone))

    @admin.display(description=_("created"), ordering="created_at")
    def when(self, message):
        return said_in_full(message.created_at)

    @admin.display(description=_("campaign"), empty_value="–")
    def campaign(self, message):
        """The campaign by its name: campaigns are of an app above this one, and say it."""
        if message.campaign_id is None:
            return "–"
        reader = campaign_reader()
        number = gettext("Campaign %(number)s") % {"number": message.campaign_id}
        name = reader.names([message.campaign_id]).get(message.campaign_id)
        if name is None or not reader_has("campaigns.view_campaign"):
            return name or number
        return format_html('<a href="{}">{}</a>', reader.url(message.campaign_id), name)

    @admin.display(description=_("type"))
    def type_shown(self, message):
        return message.type_in_words

    @admin.display(description=_("text"))
    def text(self, message):
        arrow = "←" if message.direction == Direction.INBOUND else "→"
        return f"{arrow} {truncatechars(shown_text(message.body), 80) or message.type_in_words}"

    @admin.display(description=_("status"), ordering="status")
    def outcome(self, message):
        error = self.error(message) if message.error_meaning else ""
        state = chips.chip(message.get_status_display(), TONES.get(message.status, chips.USUAL))
        if message.is_test:
            state += chips.chip(gettext("test"), chips.INFO)
        return format_html('{}<span class="quiet">{}</span>', state, error)

    @admin.display(description=_("error"))
    def error(self, message):
        parts = (message.error_code, message.error_meaning)
        return ": ".join(part for part in parts if part) or "–"

    @admin.display(description=_("content"))
    def details(self, message):
        if not message.content:
            return "–"
        text = json.dumps(message.content, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", shown_text(text))


@admin.register(KeptStatus)
class KeptStatusAdmin(MasksAddresses, ReadOnlyAdmin):
    list_display = [
        *("received_at", "message_sid", "status_shown"),
        *("error_code", "address_shown", "try_at"),
    ]
    list_filter = ["received_at"]
    sortable_by = ["received_at"]
    search_fields = ["message_sid__exact"]
    search_help_text = _("Message sid")
    fields = [
        "message_sid",
        "status_shown",
        "error_code",
        "error_shown",
        "address_shown",
        "account",
        "received_at",
    ]
    readonly_fields = ["address_shown", "error_shown", "status_shown"]
    error_shown = staticmethod(shown_field(KeptStatus, "error_message"))

    @admin.display(description=_("status"))
    def status_shown(self, kept):
        return chips.chip(kept.words, TONES.get(kept.status, ""))

    @admin.display(description=_("address"), empty_value="–")
    def address_shown(self, kept):
        return shown_address(kept.address) or None

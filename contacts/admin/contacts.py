from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts import operations
from contacts.admin.addresses import AddressInline
from contacts.admin.filters import ImportFilter, TagFilter, VehicleFilter
from contacts.admin.forms import ContactForm, TagActionForm
from contacts.admin.importing.pages import ImportPages
from contacts.admin.merging import MergePages
from contacts.admin.people import MasksAddresses
from contacts.admin.people_offers import ListedPeople
from contacts.admin.person import PersonPages
from contacts.admin.vehicles import VehicleInline
from contacts.exports import ContactExport
from contacts.models import Contact, ContactStatus, Tag
from contacts.permissions import may_see_addresses, shown_text
from contacts.person.data import in_words
from contacts.person.last_messages import LastMessagesChangeList, may_see_last_messages
from contacts.person.prices import price_in_words
from contacts.privacy.pages import PrivacyPages
from contacts.search.people import named_people
from waproject.core.admin import chips
from waproject.core.admin.exporting import ExportPages
from waproject.core.admin.lists import BigListAdmin
from waproject.core.admin.writing import WritesWhatChanged
from waproject.core.exports.lists import ColumnsForm
from waproject.core.text.avatars import named
from waproject.core.text.moments import said_in_full

VEHICLES_SHOWN = 2
TONES: chips.Tones = {ContactStatus.ACTIVE: chips.USUAL, ContactStatus.INVALID: chips.BAD}


@admin.register(Contact)
class ContactAdmin(
    PersonPages,
    PrivacyPages,
    ImportPages,
    MergePages,
    ExportPages,
    ListedPeople,
    MasksAddresses,
    WritesWhatChanged,
    BigListAdmin,
):
    holds = gettext_lazy(
        "The people to write to. An Excel or CSV file brings them, with their vehicles."
    )
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"
    export_form_class = ColumnsForm
    form = ContactForm
    action_form = TagActionForm
    actions = ["add_tag", "remove_tag", "make_reachable", "merge_selected"]
    inlines = [AddressInline, VehicleInline]
    list_display = [
        "name_or_address",
        "status",
        "vehicle_summary",
        "tag_names",
        "last_message",
    ]
    chips = {"status": TONES}
    list_filter = ["status", TagFilter, VehicleFilter, ImportFilter, "created_at"]
    sortable_by = ["name_or_address", "created_on"]
    search_fields = ["phone"]
    search_help_text = gettext_lazy("Phone, name, email or model of vehicle")
    autocomplete_fields = ["tags"]
    readonly_fields = ["status", "blocked_channels", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["phone", "name", "email", "language"]}),
        (None, {"fields": [("status", "blocked_channels")]}),
        (None, {"fields": ["tags", "time_zone", "custom_fields"]}),
        (None, {"fields": ["created_at", "updated_at"]}),
    ]

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ContactExport]]:
        return [ContactExport]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LastMessagesChangeList]:
        return LastMessagesChangeList

    def get_list_display(self, request: HttpRequest) -> Any:
        """In place of the last message, whoever may see none is told when the person was added."""
        shown = list(super().get_list_display(request))
        return shown if may_see_last_messages(request.user) else [*shown[:-1], "created_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        contacts = super().get_queryset(request)
        return contacts.prefetch_related("vehicles", "tags", "addresses")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(named_people(search_term)), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An opt-out belongs to the address it came from, so that address cannot be changed."""
        fields = list(self.readonly_fields)
        if obj and not may_see_addresses(request.user):
            fields += ["phone", "phone_shown", "email", "email_shown"]
            fields += ["custom_fields", "further_shown"]
        elif obj and obj.status == ContactStatus.OPTED_OUT:
            fields += ["phone"]
        return fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new person's addresses are typed, and there is no past; some users read them masked."""
        if obj is None:
            return [self.fieldsets[0], self.fieldsets[2]]
        if may_see_addresses(request.user):
            return super().get_fieldsets(request, obj)
        return [
            (None, {"fields": ["phone_shown", "name", "email_shown", "language"]}),
            (None, {"fields": [("status", "blocked_channels")]}),
            (None, {"fields": ["tags", "time_zone", "further_shown"]}),
            (None, {"fields": ["created_at", "updated_at"]}),
        ]

    @admin.display(description=gettext_lazy("further fields"), empty_value="–")
    def further_shown(self, contact: Contact) -> str:
        lines = (f"{name}: {value}" for name, value in contact.custom_fields.items())
        return shown_text("\n".join(lines))

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def name_or_address(self, contact: Contact) -> str:
        """Who it is in two lines: the name, and the address below it."""
        address = in_words(contact.address)
        if not contact.name:
            return address
        return named(contact.name, address)

    @admin.display(description=gettext_lazy("last message"), empty_value="–")
    def last_message(self, contact: Any) -> str | None:
        return said_in_full(contact.last_message_at) if contact.last_message_at else None

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def created_on(self, contact: Contact) -> str:
        return said_in_full(contact.created_at, with_clock=False)

    @admin.display(description=gettext_lazy("vehicles"))
    def vehicle_summary(self, contact: Contact) -> str:
        vehicles = contact.vehicles.all()
        shown = ", ".join(map(str, vehicles[:VEHICLES_SHOWN]))
        if len(vehicles) == 1 and vehicles[0].price is not None:
            price = price_in_words(vehicles[0].price)
            return format_html("{}<small>{}</small>", shown, price)
        if len(vehicles) <= VEHICLES_SHOWN:
            return shown
        more = len(vehicles) - VEHICLES_SHOWN
        return _("%(vehicles)s and %(more)d more") % {"vehicles": shown, "more": more}

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, contact: Contact) -> str:
        return format_html_join(
            " ", '<span class="tag">{}</span>', ((tag.name,) for tag in contact.tags.all())
        )

    @admin.display(description=gettext_lazy("cannot be reached on"))
    def blocked_channels(self, contact: Contact) -> str:
        rows = contact.addresses.blocked() if contact.pk else []
        return ", ".join(f"{row.get_channel_display()} ({row.blocked_code})" for row in rows) or "–"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """As every page; a corrected phone can be tried again."""
        super().save_model(request, obj, form, change)
        if change and "phone" in form.changed_data:
            Contact.objects.filter(pk=obj.pk).mark_reachable_again()

    @admin.action(permissions=["change"], description=gettext_lazy("Add the tag"))
    def add_tag(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if tag := self._chosen_tag(request):
            count = operations.add_tag(queryset, tag, by=request.user)
            self.message_user(request, tagged(count, tag), messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Remove the tag"))
    def remove_tag(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if tag := self._chosen_tag(request):
            count = operations.remove_tag(queryset, tag, by=request.user)
            self.message_user(request, untagged(count, tag), messages.SUCCESS)

    def has_unblock_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("contacts.unblock_contact")

    @admin.action(permissions=["unblock"], description=gettext_lazy("Make reachable again"))
    def make_reachable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """For an address that the provider refused by mistake, or that works by now."""
        count = operations.make_reachable(queryset, by=request.user)
        sentence = ngettext(
            "%(count)d person can be written to again.",
            "%(count)d people can be written to again.",
            count,
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    def _chosen_tag(self, request: HttpRequest) -> Tag | None:
        """The tag beside the action; without one, the person is told."""
        form = self.action_form({"tag": request.POST.get("tag")})
        form.fields.pop("action")
        tag = form.cleaned_data["tag"] if form.is_valid() else None
        if tag is None:
            sentence = _("Nothing was changed: choose the tag beside the action first.")
            self.message_user(request, sentence, messages.WARNING)
        return tag


def tagged(count: int, tag: Tag) -> str:
    return ngettext(
        "%(count)d person now has the tag “%(tag)s” who had not.",
        "%(count)d people now have the tag “%(tag)s” who had not.",
        count,
    ) % {"count": count, "tag": tag}


def untagged(count: int, tag: Tag) -> str:
    return ngettext(
        "The tag “%(tag)s” was taken from %(count)d person.",
        "The tag “%(tag)s” was taken from %(count)d people.",
        count,
    ) % {"count": count, "tag": tag}

from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from import_export.fields import Field

from contacts.admin.people import NamesPeople
from contacts.imports.rows.values import write_tags
from contacts.permissions import said_address, shown_address, shown_text
from contacts.search.people import of_named_people
from messaging import operations
from messaging.admin.consent_proof import ConsentProofPages
from messaging.inbox import operations as inbox
from messaging.models import Conversation
from messaging.states import Direction
from waproject.core.admin import chips
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.permissions import PermissionLacking
from waproject.core.exports.lists import ListResource
from waproject.core.text.moments import said_in_full


class UnreadFilter(admin.SimpleListFilter):
    title = gettext_lazy("unread")
    parameter_name = "unread"

    def lookups(self, request, model_admin):
        return [("yes", _("unread")), ("no", pgettext("conversation", "read"))]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(has_unread=self.value() == "yes")
        return queryset


class WindowFilter(admin.SimpleListFilter):
    title = gettext_lazy("free text")
    parameter_name = "window"

    def lookups(self, request, model_admin):
        return [("open", _("allowed now")), ("closed", _("templates only"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        if self.value() == "open":
            return queryset.in_window(now)
        if self.value() == "closed":
            return queryset.out_of_window(now)
        return queryset


class AssigneeFilter(admin.SimpleListFilter):
    title = gettext_lazy("assigned to")
    parameter_name = "assigned"

    def lookups(self, request, model_admin):
        return [("me", _("me")), ("nobody", _("nobody")), ("others", _("others"))]

    def queryset(self, request, queryset):
        match self.value():
            case "me":
                return queryset.filter(assignee=request.user)
            case "nobody":
                return queryset.filter(assignee=None)
            case "others":
                return queryset.exclude(assignee=None).exclude(assignee=request.user)
        return queryset


class ConversationResource(ListResource):
    """One line a conversation: the address and the last text as the reader may see them."""

    phone = Field("contact__phone", "phone")
    name = Field("contact__name", "name")
    sender = Field("sender__name", "sender")
    assignee = Field("assignee__username", "assignee")

    class Meta:
        model = Conversation
        fields = (
            *("phone", "name", "sender", "status", "wants_human", "unread_count", "assignee"),
            *("tags", "last_message_at", "last_message_body", "window_expires_at"),
        )
        export_order = fields

    def dehydrate_phone(self, conversation):
        return shown_address(conversation.contact.address)

    def dehydrate_status(self, conversation):
        return conversation.get_status_display()

    def dehydrate_wants_human(self, conversation):
        return _("yes") if conversation.wants_human else _("no")

    def dehydrate_tags(self, conversation):
        return write_tags([tag.name for tag in conversation.tags.all()])

    def dehydrate_last_message_body(self, conversation):
        return shown_text(conversation.last_message_body)


@admin.register(Conversation)
class ConversationAdmin(ConsentProofPages, NamesPeople, ExportedListAdmin):
    holds = gettext_lazy("What people and the business wrote to each other.")
    resource_classes = [ConversationResource]
    export_permission = "messaging.export_message"
    list_display = ["person", "last_text", "when", "state"]
    list_select_related = ["contact", "assignee"]
    list_filter = [UnreadFilter, "wants_human", "status", WindowFilter, AssigneeFilter]
    ordering = ["-has_unread", "-last_message_at", "-id"]
    sortable_by = ["when"]
    search_fields = ["contact__phone"]
    search_help_text = gettext_lazy("Phone, name or email")
    actions = ["mark_as_read", "assign_to_me", "close"]

    class Media:
        css = {"all": ["messaging/admin.css"]}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """A single one is changed in the inbox; the actions of the list change many."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(of_named_people(search_term)), False

    def get_export_queryset(self, request):
        found = super().get_export_queryset(request).select_related("contact", "sender", "assignee")
        return found.prefetch_related("tags")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A conversation has one page: that of the inbox."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        conversation = self.get_object(request, object_id)
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, conversation):
            raise PermissionLacking(["messaging.view_conversation"])
        return redirect(reverse("admin:inbox", query={"talk": conversation.pk}))

    @admin.action(permissions=["change"], description=gettext_lazy("Mark as read"))
    def mark_as_read(self, request, queryset):
        count = operations.mark_read(_ids(queryset), by=request.user)
        sentence = ngettext(
            "%(count)d conversation was marked as read.",
            "%(count)d conversations were marked as read.",
            count,
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Assign to me"))
    def assign_to_me(self, request, queryset):
        count = inbox.assign(_ids(queryset), to=request.user, by=request.user)
        sentence = ngettext(
            "%(count)d conversation is now yours.", "%(count)d conversations are now yours.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.action(permissions=["change"], description=pgettext_lazy("conversation", "Close"))
    def close(self, request, queryset):
        count = inbox.close(_ids(queryset), by=request.user)
        sentence = ngettext(
            "%(count)d conversation was closed.", "%(count)d conversations were closed.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("contact"))
    def person(self, conversation):
        contact = conversation.contact
        address = said_address(contact.address)
        name, address = (contact.name, address) if contact.name else (address, "")
        if conversation.has_unread:
            name = format_html(
                '<b>{}</b> <span class="badge" title="{}">{}</span>',
                name,
                _("unread"),
                conversation.unread_count,
            )
        return format_html('{}<span class="quiet">{}</span>', name, address)

    @admin.display(description=gettext_lazy("last text"))
    def last_text(self, conversation):
        arrow = "←" if conversation.last_message_direction == Direction.INBOUND else "→"
        text = shown_text(conversation.last_message_body) or _("no text")
        return f"{arrow} {truncatechars(text, 60)}"

    @admin.display(description=gettext_lazy("last message"), ordering="last_message_at")
    def when(self, conversation):
        at = conversation.last_message_at
        return said_in_full(at) if at else "–"

    @admin.display(description=gettext_lazy("state"))
    def state(self, conversation):
        """Whether a person is asked for, and who takes care of it."""
        words = chips.chip(conversation.get_status_display())
        if conversation.wants_human:
            words = chips.chip(_("asks for a person"), chips.WARN)
        assignee = conversation.assignee
        return format_html(
            '{}<span class="quiet">{}</span>', words, assignee.get_username() if assignee else ""
        )


def _ids(queryset):
    return list(queryset.values_list("pk", flat=True))

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import truncatechars
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_POST

from contacts.admin.people import NamesPeople
from contacts.search import contact_condition
from messaging import answers, operations
from messaging.admin.thread import thread
from messaging.models import Conversation
from messaging.states import Direction
from waproject.accounts.models import User
from waproject.core.admin.lists import BigListAdmin


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


@admin.register(Conversation)
class ConversationAdmin(NamesPeople, BigListAdmin):
    list_display = ["person", "last_text", "when", "state"]
    list_select_related = ["contact", "assignee"]
    list_filter = [UnreadFilter, "wants_human", "status", WindowFilter, AssigneeFilter]
    ordering = ["-has_unread", "-last_message_at", "-id"]
    sortable_by = ["when"]
    search_fields = ["contact__phone"]
    search_help_text = gettext_lazy("The start of a phone, words of a name, or an email.")
    actions = ["mark_as_read", "assign_to_me", "close"]
    fields = ["status", "assignee", "wants_human", "tags"]
    autocomplete_fields = ["tags"]

    class Media:
        css = {"all": ["messaging/admin.css"]}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(contact_condition(search_term, "contact__")), False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/thread/", view(self.thread_view), name="messaging_conversation_thread"),
            path(
                "<int:pk>/read/",
                view(require_POST(self.read_view)),
                name="messaging_conversation_read",
            ),
            path(
                "<int:pk>/answer/",
                view(require_POST(self.answer_view)),
                name="messaging_conversation_answer",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        conversation = self.get_object(request, object_id)
        if conversation and self.has_view_permission(request, conversation):
            context = self._thread_context(request, conversation)
            extra_context = {**context, "title": _("Conversation"), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra_context)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """The assignee is one of the staff, and no user is edited from here."""
        if db_field.name == "assignee":
            kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def save_model(self, request, obj, form, change):
        """Write only what the form changed: messages may have come in meanwhile."""
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=sorted(columns.intersection(form.changed_data)))

    def thread_view(self, request, pk):
        """The messages alone, for the page that refreshes itself."""
        conversation = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, conversation):
            raise PermissionDenied
        context = self._thread_context(request, conversation)
        return TemplateResponse(request, "admin/messaging/conversation/thread.html", context)

    def read_view(self, request, pk):
        conversation = get_object_or_404(Conversation, pk=pk)
        if not self.has_change_permission(request, conversation):
            raise PermissionDenied
        operations.mark_read([pk], by=request.user)
        self.message_user(request, _("The conversation is marked as read."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:messaging_conversation_change", args=[pk]))

    def answer_view(self, request, pk):
        conversation = get_object_or_404(Conversation, pk=pk)
        if not self.has_change_permission(request, conversation):
            raise PermissionDenied
        text = request.POST.get("answer", "").strip()[: answers.LONGEST]
        if not text:
            self.message_user(request, _("Write something first."), messages.WARNING)
        else:
            self._answer(request, pk, text)
        return HttpResponseRedirect(reverse("admin:messaging_conversation_change", args=[pk]))

    def _answer(self, request, pk, text):
        try:
            answers.answer(pk, text, by=request.user)
        except answers.CannotAnswer as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, _("The answer is on its way."), messages.SUCCESS)

    def _thread_context(self, request, conversation):
        before = request.GET.get("before", "")
        return {
            "original": conversation,
            "thread": thread(conversation, before=int(before) if before.isdecimal() else None),
            "waiting": answers.waiting_answers(conversation),
            "cannot_answer": answers.why_not(conversation),
            "longest": answers.LONGEST,
            "window_is_open": conversation.window_is_open(timezone.now()),
            "may_change": self.has_change_permission(request, conversation),
            "may_see_contact": request.user.has_perm("contacts.view_contact"),
        }

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
        count = operations.assign(_ids(queryset), to=request.user, by=request.user)
        sentence = ngettext(
            "%(count)d conversation is now yours.", "%(count)d conversations are now yours.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Close"))
    def close(self, request, queryset):
        count = operations.close(_ids(queryset), by=request.user)
        sentence = ngettext(
            "%(count)d conversation was closed.", "%(count)d conversations were closed.", count
        )
        self.message_user(request, sentence % {"count": count}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("contact"))
    def person(self, conversation):
        contact = conversation.contact
        name = contact.name or contact.address
        if conversation.has_unread:
            name = format_html(
                '<b>{}</b> <span class="badge" title="{}">{}</span>',
                name,
                _("unread"),
                conversation.unread_count,
            )
        return format_html('{}<span class="quiet">{}</span>', name, contact.address)

    @admin.display(description=gettext_lazy("last text"))
    def last_text(self, conversation):
        arrow = "←" if conversation.last_message_direction == Direction.INBOUND else "→"
        return f"{arrow} {truncatechars(conversation.last_message_body, 60) or '…'}"

    @admin.display(description=gettext_lazy("last message"), ordering="last_message_at")
    def when(self, conversation):
        at = conversation.last_message_at
        return _short(at) if at else "–"

    @admin.display(description=gettext_lazy("state"))
    def state(self, conversation):
        """Whether a person is asked for, and who takes care of it."""
        words = conversation.get_status_display()
        if conversation.wants_human:
            words = format_html('<span class="badge wanted">{}</span>', _("asks for a person"))
        assignee = conversation.assignee
        return format_html(
            '{}<span class="quiet">{}</span>', words, assignee.get_username() if assignee else ""
        )


def _short(moment):
    return date_format(localtime(moment), pgettext("date format", "j M H:i"))


def _ids(queryset):
    return list(queryset.values_list("pk", flat=True))

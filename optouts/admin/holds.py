import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from contacts.admin.people import NamesPeople, shown_field
from contacts.permissions import shown_text
from contacts.person.parts import gathered
from contacts.search.people import of_named_people
from optouts.admin.forms import OptionalNoteForm
from optouts.admin.ledger import contact_link, shortened
from optouts.admin.resources import HoldResource
from optouts.models import Decision, Hold
from optouts.operations import AlreadyDecided, decide_hold
from waproject.core.admin import chips
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.permissions import PermissionLacking


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("decision")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("yes", _("waiting")), ("no", _("decided"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("yes", "no"):
            return queryset.filter(decided_at__isnull=self.value() == "yes")
        return queryset


@admin.register(Hold)
class HoldAdmin(NamesPeople, ExportedListAdmin):
    """Messages that may mean an opt-out; their senders get no campaign until someone decides."""

    holds = gettext_lazy("Messages that may be an opt-out wait here until somebody decides.")
    resource_classes = [HoldResource]
    export_permission = "optouts.export_optout"
    actions = ["opt_out_selected", "keep_selected"]
    change_form_template = "admin/optouts/hold/change_form.html"
    change_list_template = "admin/optouts/hold/change_list.html"
    list_display = ["held_at", "person", "short_text", "state"]
    list_select_related = ["contact", "decided_by"]
    list_filter = [WaitingFilter, "held_at"]
    ordering = [F("decided_at").desc(nulls_first=True), "-held_at", "-pk"]
    sortable_by = ["held_at"]
    search_fields = ["contact__phone"]
    search_help_text = gettext_lazy("Phone, name or email")
    fields = [
        *("person", "text_shown", "phrase_shown", "held_at"),
        *("state", "decided_at", "note_shown"),
    ]
    readonly_fields = ["person", "state", "text_shown", "phrase_shown", "note_shown"]
    text_shown = staticmethod(shown_field(Hold, "text"))
    phrase_shown = staticmethod(shown_field(Hold, "phrase"))
    note_shown = staticmethod(shown_field(Hold, "note"))

    class Media:
        css = {"all": ["waproject/phone.css", "optouts/lists.css"]}
        js = [forms.Script("optouts/decide.js", defer=True)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An open message waits for a decision; deleting it would be one without a name."""
        decided = obj is not None and obj.decided_at is not None
        return decided and super().has_delete_permission(request, obj)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("optouts.decide_hold")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(of_named_people(search_term)), False

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        if not self.has_decide_permission(request):
            return shown
        return [*shown, "decide"]

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide_view)
        return [path("<int:pk>/decide/", decide, name="optouts_hold_decide"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": waiting_sentence(Hold.objects.open().count()),
            "may_decide": self.has_decide_permission(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        held = self.get_object(request, object_id)
        context = {
            "may_decide": self.has_decide_permission(request),
            "note_form": OptionalNoteForm(),
            "decisions": Decision,
            "marked": marked(shown_text(held.text), held.phrase) if held else "",
            "talk": gathered(held.contact, request.user).primary if held else None,
        }
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise PermissionLacking(["optouts.decide_hold"])
        held = get_object_or_404(Hold, pk=pk)
        decision = request.POST.get("decision")
        if decision in Decision.values:
            note = request.POST.get("note", "").strip()
            self._decide(request, [held], decision, note)
        # The list as it was, with the focus on the next that waits.
        query = QueryDict(request.POST.get("list"))
        page = reverse("admin:optouts_hold_changelist", query=query, fragment="decide")
        return redirect(page)

    @admin.display(description=gettext_lazy("person"))
    def person(self, held: Hold) -> str:
        return contact_link(held.contact)

    @admin.display(description=gettext_lazy("message"))
    def short_text(self, held: Hold) -> str:
        return marked(shortened(shown_text(held.text), 120), held.phrase)

    @admin.display(description=gettext_lazy("decision"))
    def state(self, held: Hold) -> str:
        if not held.decision:
            return chips.chip(_("waiting"), chips.WARN)
        decision = chips.chip(held.get_decision_display())
        return format_html('{}<span class="quiet">{}</span>', decision, held.decided_by or "")

    @admin.display(description=gettext_lazy("decide"))
    def decide(self, held: Hold) -> str:
        """The buttons of a message that waits.

        They belong to a form of their own beside the list: in the list's own, Enter in a tick box
        would press the first of them.
        """
        if held.decision:
            return ""
        url = reverse("admin:optouts_hold_decide", args=[held.pk])
        context = {"decisions": Decision, "form": "decide-form", "url": url}
        return render_to_string("admin/optouts/hold/buttons.html", context)

    @admin.action(permissions=["decide"], description=gettext_lazy("Opt these people out"))
    def opt_out_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._decide(request, queryset, Decision.OPT_OUT)

    @admin.action(permissions=["decide"], description=gettext_lazy("Keep them: not an opt-out"))
    def keep_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._decide(request, queryset, Decision.KEEP)

    def _decide(
        self, request: HttpRequest, holds: Iterable[Hold], decision: str, note: str = ""
    ) -> None:
        late = 0
        decided = 0
        for held in holds:
            try:
                decide_hold(held, decision, by=request.user, note=note)
                decided += 1
            except AlreadyDecided:
                late += 1
        if decided:
            self.message_user(request, decided_sentence(decided, decision), messages.SUCCESS)
        if late:
            sentence = ngettext(
                "%(count)d message had been decided before and was left alone.",
                "%(count)d messages had been decided before and were left alone.",
                late,
            )
            self.message_user(request, sentence % {"count": late}, messages.WARNING)


def marked(text: str, phrase: str) -> SafeString:
    """The text with the phrase that was found in it marked, however it is spelt there."""
    at = _plain(text).find(_plain(phrase)) if phrase else -1
    if at < 0:
        return conditional_escape(text)
    end = at + len(phrase)
    return format_html("{}<mark>{}</mark>{}", text[:at], text[at:end], text[end:])


def _plain(text: str) -> str:
    """Without accents and capitals, letter for letter."""
    return "".join(unicodedata.normalize("NFD", sign)[0].lower()[0] for sign in text)


def waiting_sentence(count: int) -> str:
    return ngettext(
        "%(count)d held message waits for a decision",
        "%(count)d held messages wait for a decision",
        count,
    ) % {"count": count}


def decided_sentence(count: int, decision: str) -> str:
    if decision == Decision.OPT_OUT:
        sentence = ngettext(
            "%(count)d person was opted out.", "%(count)d messages opted their senders out.", count
        )
    else:
        sentence = ngettext(
            "%(count)d message is no opt-out; its sender may be in campaigns again.",
            "%(count)d messages are no opt-outs; their senders may be in campaigns again.",
            count,
        )
    return sentence % {"count": count}

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from contacts.admin.people import NamesPeople
from contacts.search import contact_condition
from optouts.admin.forms import OptionalNoteForm
from optouts.admin.ledger import contact_link, shortened
from optouts.models import Decision, Hold
from optouts.operations import AlreadyDecided, decide_hold
from waproject.core.admin.lists import BigListAdmin


class WaitingFilter(admin.SimpleListFilter):
    title = gettext_lazy("decision")
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return [("yes", _("waiting")), ("no", _("decided"))]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(decided_at__isnull=self.value() == "yes")
        return queryset


@admin.register(Hold)
class HoldAdmin(NamesPeople, BigListAdmin):
    """Messages that may mean an opt-out; their senders get no campaign until someone decides."""

    actions = ["opt_out_selected", "keep_selected"]
    change_form_template = "admin/optouts/hold/change_form.html"
    list_display = ["held_at", "person", "short_text", "state"]
    list_select_related = ["contact", "decided_by"]
    list_filter = [WaitingFilter, "held_at"]
    ordering = [F("decided_at").desc(nulls_first=True), "-held_at", "-pk"]
    sortable_by = ["held_at"]
    search_fields = ["contact__phone"]
    search_help_text = gettext_lazy("The start of a phone, words of a name, or an email.")
    fields = ["person", "text", "phrase", "held_at", "state", "decided_at", "note"]
    readonly_fields = ["person", "state"]

    class Media:
        css = {"all": ["optouts/lists.css"]}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """An open message waits for a decision; deleting it would be one without a name."""
        decided = obj is not None and obj.decided_at is not None
        return decided and super().has_delete_permission(request, obj)

    def has_decide_permission(self, request):
        return request.user.has_perm("optouts.decide_hold")

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(contact_condition(search_term, "contact__")), False

    def get_urls(self):
        decide = self.admin_site.admin_view(self.decide_view)
        return [path("<int:pk>/decide/", decide, name="optouts_hold_decide"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"title": waiting_sentence(Hold.objects.open().count())}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "may_decide": self.has_decide_permission(request),
            "note_form": OptionalNoteForm(),
            "decisions": Decision,
        }
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    @method_decorator(require_POST)
    def decide_view(self, request, pk):
        if not self.has_decide_permission(request):
            raise PermissionDenied
        held = get_object_or_404(Hold, pk=pk)
        decision = request.POST.get("decision")
        if decision in Decision.values:
            note = request.POST.get("note", "").strip()
            self._decide(request, [held], decision, note)
        return redirect("admin:optouts_hold_changelist")

    @admin.display(description=gettext_lazy("person"))
    def person(self, held):
        return contact_link(held.contact)

    @admin.display(description=gettext_lazy("message"))
    def short_text(self, held):
        return shortened(held.text, 120)

    @admin.display(description=gettext_lazy("decision"))
    def state(self, held):
        if not held.decision:
            return _("waiting")
        by = f" ({held.decided_by})" if held.decided_by else ""
        return f"{held.get_decision_display()}{by}"

    @admin.action(permissions=["decide"], description=gettext_lazy("Opt these people out"))
    def opt_out_selected(self, request, queryset):
        self._decide(request, queryset, Decision.OPT_OUT)

    @admin.action(permissions=["decide"], description=gettext_lazy("Keep them: not an opt-out"))
    def keep_selected(self, request, queryset):
        self._decide(request, queryset, Decision.KEEP)

    def _decide(self, request, holds, decision, note=""):
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


def waiting_sentence(count):
    return ngettext(
        "%(count)d held message waits for a decision",
        "%(count)d held messages wait for a decision",
        count,
    ) % {"count": count}


def decided_sentence(count, decision):
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

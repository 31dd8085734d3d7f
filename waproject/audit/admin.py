"""The log of operations, to look at, to search and to take along."""

from django.apps import apps
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waproject.accounts.models import User
from waproject.audit import history
from waproject.audit.changes import changes_of, further_fields
from waproject.audit.models import Event, action_labels
from waproject.audit.objects import object_in_words
from waproject.audit.resources import EventResource
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.read_only import ReadOnly
from waproject.core.text.numbers import number_in


class ActionFilter(admin.SimpleListFilter):
    title = gettext_lazy("what")
    parameter_name = "action"

    def lookups(self, request, model_admin):
        return sorted(action_labels().items(), key=lambda one: str(one[1]))

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """The system, and the users who did something here: staff of other businesses are not named."""

    title = gettext_lazy("who")
    parameter_name = "who"
    SYSTEM = "system"

    def lookups(self, request, model_admin):
        acted = Exists(Event.objects.filter(actor=OuterRef("pk")))
        users = User.objects.filter(acted).order_by("username")
        return [(self.SYSTEM, _("the system")), *users.values_list("pk", "username")]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        if chosen == self.SYSTEM:
            return queryset.filter(actor=None)
        return queryset.filter(actor=number_in(chosen)) if chosen else queryset


class KindFilter(admin.SimpleListFilter):
    """The kind of object: every model that has a page, in words."""

    title = gettext_lazy("kind of object")
    parameter_name = "object_type"

    def lookups(self, request, model_admin):
        pages = model_admin.admin_site._registry
        kinds = {
            model._meta.label_lower: capfirst(model._meta.verbose_name)
            for model in apps.get_models()
            if model in pages or model._meta.label_lower == self.value()
        }
        return sorted(kinds.items(), key=lambda one: one[1])

    def queryset(self, request, queryset):
        return queryset.filter(object_type=self.value()) if self.value() else queryset


class ObjectFilter(admin.SimpleListFilter):
    """One object, with its kind: its history page leads here. It offers no choice of its own."""

    title = gettext_lazy("object")
    parameter_name = "object_id"

    def has_output(self):
        return bool(self.value())

    def lookups(self, request, model_admin):
        return [(self.value(), self.value())] if self.value() else []

    def queryset(self, request, queryset):
        return queryset.filter(object_id=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnly, ExportedListAdmin):
    resource_classes = [EventResource]
    list_display = ["at", "who", "what", "subject", "reason", "origin"]
    list_filter = [ActorFilter, ActionFilter, KindFilter, ObjectFilter, "at"]
    search_fields = history.TEXTS
    search_help_text = gettext_lazy(
        "A user, an object's number or an address, however long ago; or words of a name or of a"
        " reason, in the latest 50,000 events that the filters leave."
    )
    ordering = ["-id"]
    sortable_by = ()
    actions = None
    fields = ["at", "who", "what", "subject", "changed", "reason", "origin"]
    readonly_fields = fields

    def get_ordering(self, request):
        """By time where days are chosen: by number a database would look through all the others."""
        has_days = any(name.startswith("at__") for name in request.GET)
        return ["-at", "-id"] if has_days else self.ordering

    def get_search_results(self, request, queryset, search_term):
        return (history.found(queryset, search_term) if search_term else queryset), False

    @admin.display(description=gettext_lazy("who"))
    def who(self, event):
        return event.actor_name or _("the system")

    @admin.display(description=gettext_lazy("what"))
    def what(self, event):
        return event.action_in_words

    @admin.display(description=gettext_lazy("object"))
    def subject(self, event):
        """A link to the object's page, which may be gone."""
        words = object_in_words(event)
        if not event.object_id:
            return words
        try:
            name = f"admin:{event.object_type.replace('.', '_')}_change"
            url = reverse(name, args=[event.object_id])
        except NoReverseMatch:
            return words
        return format_html('<a href="{}">{}</a>', url, words)

    @admin.display(description=gettext_lazy("what changed"))
    def changed(self, event):
        context = {"changes": changes_of([event])[event.pk], "further": further_fields(event)}
        return render_to_string("admin/audit/changes.html", context)

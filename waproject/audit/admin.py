"""The log of operations, to look at."""

import json

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from waproject.accounts.models import User
from waproject.audit.models import Event, action_labels
from waproject.audit.objects import object_in_words
from waproject.core.admin.read_only import ReadOnlyAdmin


class ActionFilter(admin.SimpleListFilter):
    title = gettext_lazy("what")
    parameter_name = "action"

    def lookups(self, request, model_admin):
        return sorted(action_labels().items(), key=lambda one: str(one[1]))

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """The staff and the system. Names of others are found by the search."""

    title = gettext_lazy("who")
    parameter_name = "who"
    SYSTEM = "system"

    def lookups(self, request, model_admin):
        staff = User.objects.filter(is_staff=True).order_by("username")
        return [(self.SYSTEM, _("the system")), *staff.values_list("pk", "username")]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        if chosen == self.SYSTEM:
            return queryset.filter(actor=None)
        return queryset.filter(actor=chosen) if chosen.isdecimal() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "who", "what", "subject", "reason", "origin"]
    list_filter = [ActorFilter, ActionFilter, "at"]
    ordering = ["-id"]
    sortable_by = ()
    fields = ["at", "who", "what", "subject", "said_before", "said_after", "reason", "origin"]
    readonly_fields = fields

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

    @admin.display(description=gettext_lazy("before"))
    def said_before(self, event):
        return _as_lines(event.before)

    @admin.display(description=gettext_lazy("after"))
    def said_after(self, event):
        return _as_lines(event.after)


def _as_lines(values):
    text = json.dumps(values, ensure_ascii=False, indent=1) if values else ""
    return format_html("<pre>{}</pre>", text) if text else "–"

"""The log as a spreadsheet."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from import_export.fields import Field

from waproject.audit.changes import changes_of, further_fields
from waproject.audit.models import Event
from waproject.audit.objects import object_in_words
from waproject.core.exports.lists import ListResource


class EventResource(ListResource):
    """Each event in words, as the log's page says them."""

    who = Field(column_name="who", readonly=True)
    what = Field(column_name="what", readonly=True)
    object = Field(column_name="object", readonly=True)
    changed_before = Field(column_name="changed_before", readonly=True)
    changed_after = Field(column_name="changed_after", readonly=True)

    class Meta:
        model = Event
        fields = (
            *("id", "at", "who", "what", "object", "object_id"),
            *("changed_before", "changed_after", "reason", "origin"),
        )
        export_order = fields

    def rows(
        self, queryset: "QuerySet[Any]", ids: Sequence[int], columns: Sequence[str] | None
    ) -> list[list[Any]]:
        """As for other lists; the changes of a chunk are put into words together."""
        self._changes = changes_of(Event.objects.filter(pk__in=ids))
        return super().rows(queryset, ids, columns)

    def dehydrate_who(self, event: Event) -> str:
        return event.actor_name or _("the system")

    def dehydrate_what(self, event: Event) -> str:
        return event.action_in_words

    def dehydrate_object(self, event: Event) -> str:
        return object_in_words(event)

    def dehydrate_changed_before(self, event: Event) -> str:
        return _lines((one.name, one.before) for one in self._changes[event.pk] if event.before)

    def dehydrate_changed_after(self, event: Event) -> str:
        said = _lines((one.name, one.after) for one in self._changes[event.pk])
        return "; ".join([*filter(None, [said]), *further_fields(event)])

    @classmethod
    def title_of(cls, name: str) -> str:
        return _TITLES[name]() if name in _TITLES else super().title_of(name)


_TITLES = {
    "who": lambda: _("who"),
    "what": lambda: _("what"),
    "object": lambda: _("object"),
    "changed_before": lambda: _("before"),
    "changed_after": lambda: _("after"),
}


def _lines(pairs: Any) -> str:
    return "; ".join(f"{name}: {value}" for name, value in pairs)

"""The page that asks before something is deleted, where very much belongs to it."""

from itertools import chain
from typing import Any

from django.contrib.admin.utils import NestedObjects, quote
from django.db import models, router
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

# Of what is deleted too, or stands in the way, so many of each kind are named.
MOST_NAMED = 20


class NamesFewDeleted:
    """For a ModelAdmin whose rows have very many others: its page names some of each kind.

    Django's page names all of them: a sender's has a hundred thousand conversations. Whether
    anything stands in the way is known by the few. Links of many to many are not named at all.
    """

    admin_site: Any
    model: type[models.Model]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes too, how many of each kind, the rights that are lacking, what is in the way."""
        found = _Few(using=router.db_for_write(self.model), origin=objs)
        found.collect(objs)
        # As Django has it, also of what stands in the way: with a right lacking, nothing is named.
        lacking = {
            str(one._meta.verbose_name)
            for one in chain(found.protected, *found.model_objs.values())
            if not self._may_delete(one, request)
        }
        counts = {
            str(model._meta.verbose_name_plural): _count(len(some))
            for model, some in found.model_objs.items()
        }
        return self._goes(found), counts, lacking, [*map(self._named, found.protected)]

    def _goes(self, found: "_Few") -> list[str]:
        """What goes, each by its name; of what nobody opens, how many of its kind."""
        said: list[str] = []
        for model, rows in found.model_objs.items():
            if model is self.model or self.admin_site.is_registered(model):
                said += map(self._named, sorted(rows, key=lambda row: str(row.pk)))
            else:
                kinds = capfirst(str(model._meta.verbose_name_plural))
                said.append(f"{kinds}: {_count(len(rows))}")
        return said

    def _may_delete(self, obj: models.Model, request: HttpRequest) -> bool:
        page = self.admin_site._registry.get(type(obj))
        return page is None or page.has_delete_permission(request, obj)

    def _named(self, obj: models.Model) -> str:
        """What it is and what it is called; a link where it has a page."""
        kind = capfirst(obj._meta.verbose_name)
        if not self.admin_site.is_registered(type(obj)):
            return f"{kind}: {obj}"
        page = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
        url = reverse(page, args=[quote(obj.pk)])
        return format_html('{}: <a href="{}">{}</a>', kind, url, obj)


class _Few(NestedObjects):
    """Collects MOST_NAMED rows of each relation."""

    def related_objects(self, related_model: Any, related_fields: Any, objs: Any) -> Any:
        rows = super().related_objects(related_model, related_fields, objs)
        return rows.none() if related_model._meta.auto_created else rows[:MOST_NAMED]


def _count(number: int) -> str:
    return f"{number}+" if number >= MOST_NAMED else str(number)

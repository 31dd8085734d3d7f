"""What lists share whose rows belong to people."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.permissions import may_see_addresses, shown_address, shown_text
from contacts.person.data import in_words

# Columns with an address of a person. Filtered by its letters, a list would tell a masked one.
_ADDRESSES = {"phone", "phone_key", "email", "address", "addresses", "value", "key"}


def shown_field(model: type[Model], name: str) -> Callable[[Any], str]:
    """A field with what people wrote, for lists and forms: without the addresses in it for users
    without the right to see them."""

    @admin.display(description=model._meta.get_field(name).verbose_name)
    def column(row: Any) -> str:
        return shown_text(getattr(row, name)) or "–"

    return column


class MasksAddresses:
    """A ModelAdmin with phones: masked for users without the right to see them in full.

    `phone_shown` and `email_shown` stand in the lists and forms in place of the fields.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        if _ADDRESSES.intersection(lookup.split("__")) and not may_see_addresses(request.user):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """Not by an address that is masked: the order would tell it."""
        sortable = super().get_sortable_by(request)  # type: ignore[misc]
        if may_see_addresses(request.user):
            return sortable
        return [one for one in sortable if one not in ("phone_shown", "name_or_address")]

    @admin.display(description=_("phone"), ordering="phone", empty_value="–")
    def phone_shown(self, row: Any) -> str | None:
        return in_words(row.phone) if row.phone else None

    @admin.display(description=_("email"), empty_value="–")
    def email_shown(self, row: Any) -> str | None:
        return shown_address(row.email) or None


class NamesPeople(MasksAddresses):
    """A ModelAdmin whose rows name their `contact`: one query finds all their addresses."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("contact__addresses")  # type: ignore[misc]

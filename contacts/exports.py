"""People with their vehicles as rows: one row a vehicle, or one for a person without any.

The titles are those that the import knows, so an exported file can be corrected and imported.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext
from import_export.fields import Field
from import_export.resources import Resource

from contacts.imports.rows import write_tags
from contacts.models import Contact, ContactStatus, Vehicle
from waproject.core.exports.rows import Rows, rows_of

_PERSON = ("phone", "latest_user_id", "name", "email", "language", "status")
_VEHICLE = ("make", "model", "year", "price", "link")
_STATUS = _PERSON.index("status")


class ContactExport(Resource):
    """Turns a queryset of contacts into Rows."""

    @classmethod
    def get_display_name(cls) -> str:
        return str(Contact._meta.verbose_name_plural)

    def get_user_visible_fields(self) -> list[Field]:
        return [Field(column_name=title) for title in _titles()]

    def export(self, queryset: "QuerySet[Contact]", **kwargs: Any) -> Rows:
        """The rows of these contacts, in the order of the queryset."""
        return rows_of(_titles(), queryset, _read)


def _titles() -> list[str]:
    person = [_title(Contact, name) for name in _PERSON]
    return [*person, *(_title(Vehicle, name) for name in _VEHICLE), _title(Contact, "tags")]


def _title(model: type[models.Model], name: str) -> str:
    if name == "latest_user_id":
        return gettext("WhatsApp user id")
    return str(cast("models.Field[Any, Any]", model._meta.get_field(name)).verbose_name)


def _read(ids: Sequence[int]) -> list[list[Any]]:
    """The rows of these contacts, in the order of the ids."""
    columns = (*_PERSON, *(f"vehicles__{name}" for name in _VEHICLE))
    joined = Contact.objects.filter(pk__in=ids).with_user_id().order_by("vehicles__pk")
    rows: dict[int, list[list[Any]]] = {}
    for pk, *values in joined.values_list("pk", *columns):
        values[_STATUS] = str(ContactStatus(values[_STATUS]).label)
        rows.setdefault(pk, []).append(values)
    tags = _tag_names(ids)
    return [[*row, write_tags(tags.get(pk, []))] for pk in ids for row in rows.get(pk, [])]


def _tag_names(contact_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of each contact's tags, in order, by the contact's id."""
    links = Contact.tags.through._default_manager.filter(contact_id__in=contact_ids)
    names: dict[int, list[str]] = {}
    for contact_id, name in links.order_by("tag__name").values_list("contact_id", "tag__name"):
        names.setdefault(contact_id, []).append(name)
    return names

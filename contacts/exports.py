"""People with their vehicles as rows: one row a vehicle, or one for a person without any.

The titles are those that the import knows, so an exported file can be corrected and imported.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext
from import_export.fields import Field

from contacts.imports.rows.values import write_tags
from contacts.models import Contact, ContactStatus, Tag, Vehicle
from contacts.permissions import may_see_addresses, shown_address
from waproject.core.exports.lists import ListResource

_ADDRESSES = {"phone", "latest_user_id", "email"}
_VEHICLE = ("make", "model", "year", "price", "link")


class ContactExport(ListResource):
    """The list of people. Without a column of vehicles it has one row for each person."""

    latest_user_id = Field("latest_user_id", "latest_user_id")
    make = Field("vehicles__make", "make")
    model = Field("vehicles__model", "model")
    year = Field("vehicles__year", "year")
    price = Field("vehicles__price", "price")
    link = Field("vehicles__link", "link")

    class Meta:
        model = Contact
        fields = (
            "phone",
            "latest_user_id",
            "name",
            "email",
            "language",
            "status",
            *_VEHICLE,
            "tags",
        )
        export_order = fields

    @classmethod
    def title_of(cls, name: str) -> str:
        return gettext("WhatsApp user id") if name == "latest_user_id" else super().title_of(name)

    def rows(
        self, queryset: "QuerySet[Any]", ids: Sequence[int], columns: Sequence[str] | None
    ) -> list[list[Any]]:
        """The rows of these people, read by one query for the columns and one for the tags."""
        names = [self.get_field_name(field) for field in self.get_export_fields(columns)]
        sources = [_source(name) for name in names if name != "tags"]
        people = Contact.objects.filter(pk__in=ids).with_user_id()
        if any(name in _VEHICLE for name in names):
            people = people.order_by("vehicles__pk")
        found: dict[int, list[list[Any]]] = {}
        for pk, *values in people.values_list("pk", *sources):
            found.setdefault(pk, []).append(values)
        rows = [(pk, row) for pk in ids for row in found.get(pk, [])]
        for name in _ADDRESSES.intersection(names):
            _mask(rows, names.index(name))
        if "status" in names:
            _label_statuses(rows, names.index("status"))
        return _with_tags(rows, names, ids)


def _source(name: str) -> str:
    return f"vehicles__{name}" if name in _VEHICLE else name


def _mask(rows: list[tuple[int, list[Any]]], position: int) -> None:
    """Show the addresses of a column as the reader may see them."""
    if may_see_addresses():
        return
    for _pk, row in rows:
        row[position] = shown_address(row[position])


def _label_statuses(rows: list[tuple[int, list[Any]]], position: int) -> None:
    """Put the statuses into words; the tags, which come last, are added later."""
    labels = {value: str(label) for value, label in ContactStatus.choices}
    for _pk, row in rows:
        row[position] = labels[row[position]]


def _with_tags(
    rows: list[tuple[int, list[Any]]], names: Sequence[str], ids: Sequence[int]
) -> list[list[Any]]:
    """The rows with the tags of the person behind, where that column is chosen."""
    if "tags" not in names:
        return [row for _pk, row in rows]
    tags = _tag_names(ids)
    return [[*row, write_tags(tags.get(pk, []))] for pk, row in rows]


def _tag_names(contact_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of each contact's tags, in order, by the contact's id."""
    links = Contact.tags.through._default_manager.filter(contact_id__in=contact_ids)
    names: dict[int, list[str]] = {}
    for contact_id, name in links.order_by("tag__name").values_list("contact_id", "tag__name"):
        names.setdefault(contact_id, []).append(name)
    return names


class VehicleExport(ListResource):
    """The list of vehicles, each with its owner."""

    phone = Field("contact__phone", "phone")
    name = Field("contact__name", "name")

    class Meta:
        model = Vehicle
        fields = ("phone", "name", *_VEHICLE, "created_at")
        export_order = fields

    def dehydrate_phone(self, vehicle: Vehicle) -> str:
        return shown_address(vehicle.contact.phone)


class TagExport(ListResource):
    """The list of tags, each with the number of its people."""

    people = Field("contact_count", "people", readonly=True)

    class Meta:
        model = Tag
        fields = ("name", "people")
        export_order = fields

    @classmethod
    def title_of(cls, name: str) -> str:
        return pgettext("people", "people") if name == "people" else super().title_of(name)

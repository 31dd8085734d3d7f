"""People with their vehicles as CSV or XLSX: one row a vehicle, or one for a person without any.

The titles are those that the import knows, so an exported file can be corrected and imported.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, cast

import openpyxl
from django.db import models
from django.db.models import QuerySet
from django.utils.formats import get_format
from import_export.fields import Field
from import_export.formats import base_formats
from import_export.resources import Resource
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from contacts.models import Contact, Vehicle
from contacts.spreadsheets import safe_cell

CHUNK = 2_000
_PERSON = ("phone", "whatsapp_user_id", "name", "email", "language", "status")
_VEHICLE = ("make", "model", "year", "price", "link")


@dataclass(frozen=True, slots=True)
class Rows:
    """A header and rows that are read from the database only as a format writes them."""

    headers: list[str]
    values: Iterator[list[Any]]


class ContactExport(Resource):
    """Turns a queryset of contacts into Rows."""

    @classmethod
    def get_display_name(cls) -> str:
        return str(Contact._meta.verbose_name_plural)

    def get_user_visible_fields(self) -> list[Field]:
        return [Field(column_name=title) for title in _titles()]

    def export(self, queryset: "QuerySet[Contact]", **kwargs: Any) -> Rows:
        """The rows of these contacts, in the order of the queryset."""
        return Rows(_titles(), _rows(queryset))


def _titles() -> list[str]:
    person = [_title(Contact, name) for name in _PERSON]
    return [*person, *(_title(Vehicle, name) for name in _VEHICLE), _title(Contact, "tags")]


def _title(model: type[models.Model], name: str) -> str:
    return str(cast("models.Field[Any, Any]", model._meta.get_field(name)).verbose_name)


def _rows(contacts: "QuerySet[Contact]") -> Iterator[list[Any]]:
    columns = ("pk", *_PERSON, *(f"vehicles__{name}" for name in _VEHICLE))
    joined = contacts.prefetch_related(None).values_list(*columns).iterator(chunk_size=CHUNK)
    while chunk := list(islice(joined, CHUNK)):
        tags = _tag_names({pk for pk, *_values in chunk})
        for pk, *values in chunk:
            yield [*values, ", ".join(tags.get(pk, []))]


def _tag_names(contact_ids: set[int]) -> dict[int, list[str]]:
    """The names of each contact's tags, in order, by the contact's id."""
    links = Contact.tags.through._default_manager.filter(contact_id__in=contact_ids)
    names: dict[int, list[str]] = {}
    for contact_id, name in links.order_by("tag__name").values_list("contact_id", "tag__name"):
        names.setdefault(contact_id, []).append(name)
    return names


class SafeCSV(base_formats.CSV):
    """CSV as Excel opens it: marked as UTF-8, semicolons where the comma is the decimal sign."""

    CONTENT_TYPE = "text/csv; charset=utf-8"

    def is_binary(self) -> bool:
        return True

    def export_data(self, dataset: Rows, **kwargs: Any) -> bytes:
        text = io.StringIO()
        delimiter = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(dataset.headers)
        writer.writerows([_cell(value) for value in row] for row in dataset.values)
        return text.getvalue().encode("utf-8-sig")


class SafeXLSX(base_formats.XLSX):
    """XLSX written row by row: a list of 100,000 people takes little memory."""

    def export_data(self, dataset: Rows, **kwargs: Any) -> bytes:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(dataset.headers)
        for row in dataset.values:
            sheet.append([_printable(_cell(value)) for value in row])
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()


def _cell(value: Any) -> Any:
    """A value that a spreadsheet shows as it is and never runs; whole prices without decimals."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return safe_cell(value) if isinstance(value, str) else value


def _printable(value: Any) -> Any:
    """XLSX has no way to write control characters."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value

"""Rows of the database as a person reads them, under the titles of their fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

# What tells how the system works, and nothing of the person.
_TECHNICAL = {"tenant", "token", "phone_key", "key", "poll_at", "has_unread", "bars_phone"}


@dataclass(frozen=True, slots=True)
class Section:
    """What one table, or one kind of file, holds of a person: a value by each title."""

    title: str
    rows: list[dict[str, Any]]


def section_of(rows: "models.QuerySet[Any]", *, without: Iterable[str] = ()) -> Section:
    """All rows of a query in their order, with all fields but the technical ones."""
    left_out = _TECHNICAL.union(without)
    fields = [
        cast("models.Field[Any, Any]", field)
        for field in rows.model._meta.concrete_fields
        if field.name not in left_out
    ]
    title = str(rows.model._meta.verbose_name_plural)
    return Section(title, [{_title(field): _value(one, field) for field in fields} for one in rows])


def as_read(section: Section) -> Section:
    """The section for people: times and lists in words, in place of how JSON writes them."""
    return Section(
        section.title,
        [{title: _in_words(value) for title, value in row.items()} for row in section.rows],
    )


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return date_format(value, "DATETIME_FORMAT")
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_in_words(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    return str(value)


def _title(field: "models.Field[Any, Any]") -> str:
    return str(field.verbose_name)


def _value(row: models.Model, field: "models.Field[Any, Any]") -> Any:
    """The value as JSON takes it: states in words, rows by their names, times of the business."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = getattr(row, field.name)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(microsecond=0)
    return value if isinstance(value, int | bool | dict | list | None) else str(value)

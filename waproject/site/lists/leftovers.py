"""What narrows a list without being one of its filters: other pages link to it so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from waproject.core.admin.lists import ABOUT_THE_PAGE
from waproject.core.readers import reader_has
from waproject.core.text.moments import said


@dataclass(frozen=True)
class Leftover:
    """A condition in words, and the address of the list without it."""

    words: str
    url: str


def leftovers(changelist: ChangeList) -> Iterator[Leftover]:
    """The conditions in the list's address that no filter of its bar shows."""
    shown = {name for spec in changelist.filter_specs for name in spec.expected_parameters()}
    by_date = {f"{changelist.date_hierarchy}__{part}" for part in ("year", "month", "day")}
    for name, values in changelist.filter_params.items():
        if name not in {*shown, *by_date, *ABOUT_THE_PAGE, SEARCH_VAR}:
            url = changelist.get_query_string({name: None})
            yield Leftover(_in_words(changelist.model, name, str(values[-1])), url)


def _in_words(model: Any, name: str, value: str) -> str:
    """`Contact: Ana Peña`, `Created from 19 nov on`, `Sent: yes`; else the condition as it is."""
    first, *rest = name.split("__")
    lookup = rest[-1] if rest else "exact"
    try:
        field = model._meta.get_field("id" if first == "pk" else first)
    except FieldDoesNotExist:
        return f"{name}: {value}"
    label = capfirst(getattr(field, "verbose_name", field.name))
    if lookup in _MOMENTS and (moment := _moment(value)):
        return _MOMENTS[lookup]() % {"field": label, "when": said(moment)}
    return _("%(field)s: %(value)s") % {"field": label, "value": _value(field, lookup, value)}


def _value(field: Any, lookup: str, value: str) -> str:
    if lookup == "isnull":
        return _("no") if value in ("1", "True", "true") else _("yes")
    if field.is_relation and lookup in ("exact", "id", "pk"):
        return _named(field.related_model, value)
    choices = {str(one): str(words) for one, words in getattr(field, "flatchoices", ())}
    return ", ".join(choices.get(one, one) for one in value.split(","))


def _named(model: Any, pk: str) -> str:
    """The object of this id by its name, for whoever may see it."""
    right = f"{model._meta.app_label}.view_{model._meta.model_name}"
    if not (pk.isdecimal() and reader_has(right)):
        return pk
    return str(model._default_manager.filter(pk=pk[:18]).first() or pk)


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


_MOMENTS = {
    "gte": lambda: _("%(field)s from %(when)s on"),
    "gt": lambda: _("%(field)s after %(when)s"),
    "lt": lambda: _("%(field)s before %(when)s"),
    "lte": lambda: _("%(field)s up to %(when)s"),
}

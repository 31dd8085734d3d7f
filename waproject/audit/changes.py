"""What an event changed, field by field, in the reader's language.

    for change in changes_of([event])[event.pk]:
        print(change.name, change.before, change.after)

The names of objects that a value refers to are read at once for all events. A person has no name
here: whoever may see people opens the object.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, DateTimeField, Field, Model
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from waproject.accounts import permissions
from waproject.accounts.states import SystemRole
from waproject.audit.models import Event
from waproject.audit.objects import model_of

NOTHING = "–"
# Where an event has the labels of fields that are a form's alone, in the language of the source.
LABELS = "labels"
# Of these an event's page says something else: which fields a form changed, and many objects.
_APART = {"fields", "ids", LABELS}
# What operations say besides fields of the object.
WORDS = {
    "active": _("active"),
    "as_operator": _("as operator of the installation"),
    "by": _("by means of"),
    "contact": _("contact"),
    "copy_of": _("copy of"),
    "count": _("how many"),
    "decision": _("decision"),
    "description": _("description"),
    "joined": _("joined contact"),
    "kind": _("kind"),
    "kinds": _("kinds"),
    "page": _("page"),
    "people": _("people"),
    "phones": _("phones"),
    "phrases": _("phrases"),
    "rights": _("rights"),
    "role": _("role"),
    "rows": _("rows"),
    "status": _("status"),
    "token_replaced": _("access token replaced"),
    "variables": _("placeholders"),
    "verify_token_replaced": _("verify token replaced"),
    "why": _("why"),
}
# The names of objects of one model, by their ids.
Names = dict[type[Model], dict[str, str]]


@dataclass(frozen=True)
class Change:
    """A field in words, with its value before and after; NOTHING where there was or is none."""

    name: str
    before: str
    after: str


def changes_of(events: Iterable[Event]) -> dict[int, list[Change]]:
    """The changes of each event, by its id. One query for each model that the values refer to."""
    rows = list(events)
    names = _names(rows)
    return {event.pk: _changes(event, names) for event in rows}


def further_fields(event: Event) -> list[str]:
    """The fields that a form changed, and whose values the event does not have."""
    known = {_label_in_source(event, key) for key in _keys(event)}
    return [_in_words(name) for name in event.after.get("fields", []) if name not in known]


def _changes(event: Event, names: Names) -> list[Change]:
    model = model_of(event)
    return [
        Change(
            _label(event, key),
            _said(model, key, event.before.get(key), names),
            _said(model, key, event.after.get(key), names),
        )
        for key in _keys(event)
    ]


def _keys(event: Event) -> list[str]:
    return [key for key in dict.fromkeys([*event.before, *event.after]) if key not in _APART]


# --- names ------------------------------------------------------------------------------------


def _label(event: Event, key: str) -> str:
    field = _field(model_of(event), key)
    if field is not None:
        return capfirst(str(field.verbose_name))
    if key in event.after.get(LABELS, {}):
        return _in_words(event.after[LABELS][key])
    return capfirst(str(WORDS.get(key, key.replace("_", " "))))


def _label_in_source(event: Event, key: str) -> str:
    """The label of a field as a form's event keeps it: before it is translated."""
    with override(None):
        return _label(event, key)


def _in_words(name: str) -> str:
    """The label of a form's field in the reader's language: forms begin it with a capital."""
    said = gettext(name)
    return said if said != name else capfirst(gettext(name[:1].lower() + name[1:]))


def _field(model: type[Model] | None, key: str) -> "Field[Any, Any] | None":
    if model is None:
        return None
    try:
        found = model._meta.get_field(key)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None


# --- values -----------------------------------------------------------------------------------


def _said(model: type[Model] | None, key: str, value: Any, names: Names) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, list):
        return ", ".join(_said(model, key, one, names) for one in value)
    field = _field(model, key)
    if field is None:
        return _plain(_OWN_WORDS.get(key, _same)(value))
    if field.related_model is not None:
        return _named(field.related_model, value, names)
    for known, label in field.flatchoices or ():
        if known == value:
            return str(label)
    if isinstance(field, DateField) and isinstance(value, str):
        return _moment(field, value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, int | float):
        return number_format(value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return NOTHING if value is None else str(value)


def _moment(field: DateField, value: str) -> str:
    """A time of the log in the business's zone; as it is stored when it cannot be read."""
    if not isinstance(field, DateTimeField):
        day = parse_date(value)
        return date_format(day, "SHORT_DATE_FORMAT") if day else value
    moment = parse_datetime(value)
    if moment is None:
        return value
    return date_format(localtime(moment) if is_aware(moment) else moment, "SHORT_DATETIME_FORMAT")


def _same(value: Any) -> Any:
    return value


def _role(name: str) -> str:
    return capfirst(str(SystemRole(name).label)) if name in SystemRole else name


def _right(name: str) -> str:
    right = permissions.rights().get(name)
    return str(right) if right else name


# Why a session was over (waproject.accounts.signin.sessions).
_WHYS = {"idle": _("nobody used it"), "old": _("it was old")}
# How somebody logged in, and the kinds of a second factor, as allauth names them.
_WAYS = {
    "password": _("password"),
    "mfa": _("second factor"),
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
}


def _why(value: Any) -> Any:
    return _WHYS.get(value, value)


def _way(value: Any) -> Any:
    return _WAYS.get(value, value)


_OWN_WORDS: dict[str, Callable[[Any], Any]] = {
    "by": _way,
    "kind": _way,
    "kinds": _way,
    "rights": _right,
    "role": _role,
    "why": _why,
}


def _named(model: type[Model], value: Any, names: Names) -> str:
    return names.get(model, {}).get(str(value)) or f"{capfirst(model._meta.verbose_name)} {value}"


def _names(events: list[Event]) -> Names:
    """What the objects are called that the values refer to, but people and what is theirs."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for event in events:
        for key in _keys(event):
            field = _field(model_of(event), key)
            if field is not None and field.related_model and not _is_of_person(field.related_model):
                wanted[field.related_model] |= _ids(event.before.get(key))
                wanted[field.related_model] |= _ids(event.after.get(key))
    return {
        model: {str(pk): str(one) for pk, one in _found(model, ids).items()}
        for model, ids in wanted.items()
    }


def _ids(value: Any) -> set[Any]:
    return {one for one in (value if isinstance(value, list) else [value]) if one is not None}


def _found(model: type[Model], ids: set[Any]) -> dict[Any, Model]:
    return model._default_manager.in_bulk(ids) if ids else {}


def _is_of_person(model: type[Model]) -> bool:
    """Whether a row is a person whom the business knows, or belongs to one."""
    related = {field.related_model for field in model._meta.concrete_fields} | {model}
    return any(one is not None and one._meta.label == "contacts.Contact" for one in related)

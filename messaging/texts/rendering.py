"""Placeholders in a text, where their values come from, and putting them in. Pure.

A placeholder is a name in double braces, `{{ nombre }}` or `{{1}}`. Substitution is plain: one
pass over the text, nothing is evaluated, and braces within a value stay as they are.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Vehicle
from contacts.plain import PlainContact, PlainVehicle
from contacts.spelling.names import first_name, spoken_name
from waproject.core.text.invisible import visible

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
CUSTOM_PREFIX = "custom."
# The source of a placeholder whose value each campaign gives, the same for all its people.
CAMPAIGN = "campaign"

Person = Contact | PlainContact
Car = Vehicle | PlainVehicle
Value = Callable[[Person, Car | None], Any]
# `{"nombre": {"source": "contact.name", "fallback": "cliente"}}`, as Template.variables keeps it.
VariableMapping = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that a placeholder may show: how staff call it and how to read it."""

    label: str | Promise
    value: Value


def _price(contact: Person, vehicle: Car | None) -> str:
    return format_price(vehicle.price) if vehicle and vehicle.price is not None else ""


def format_price(price: Decimal | float) -> str:
    """Pesos as they are written in Chile: `$8.500.000`, with `,50` only when there are cents."""
    whole, cents = f"{price:,.2f}".split(".")
    return f"${whole.replace(',', '.')}" + (f",{cents}" if cents != "00" else "")


def _of_vehicle(field: str) -> Value:
    return lambda contact, vehicle: getattr(vehicle, field) if vehicle else ""


SOURCES: dict[str, Source] = {
    "contact.first_name": Source(
        _("first name"), lambda contact, vehicle: first_name(contact.name)
    ),
    "contact.name": Source(_("full name"), lambda contact, vehicle: spoken_name(contact.name)),
    "contact.phone": Source(_("phone"), lambda contact, vehicle: contact.phone),
    "contact.email": Source(_("email"), lambda contact, vehicle: contact.email),
    "vehicle.make": Source(_("make of the vehicle"), _of_vehicle("make")),
    "vehicle.model": Source(_("model of the vehicle"), _of_vehicle("model")),
    "vehicle.year": Source(_("year of the vehicle"), _of_vehicle("year")),
    "vehicle.price": Source(_("price of the vehicle"), _price),
    "vehicle.link": Source(_("link of the vehicle"), _of_vehicle("link")),
}

# What a placeholder without a mapping shows, by its name without accents and in lower case. Any
# other name is that of a further field of the contact.
ALIASES: dict[str, str] = {
    "nombre": "contact.first_name",
    "name": "contact.first_name",
    "first_name": "contact.first_name",
    "nombre_completo": "contact.name",
    "full_name": "contact.name",
    "telefono": "contact.phone",
    "fono": "contact.phone",
    "celular": "contact.phone",
    "phone": "contact.phone",
    "email": "contact.email",
    "correo": "contact.email",
    "marca": "vehicle.make",
    "make": "vehicle.make",
    "modelo": "vehicle.model",
    "model": "vehicle.model",
    "ano": "vehicle.year",
    "anio": "vehicle.year",
    "year": "vehicle.year",
    "precio": "vehicle.price",
    "price": "vehicle.price",
    "link": "vehicle.link",
    "enlace": "vehicle.link",
    "url": "vehicle.link",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text with its values in place.

    `variables` has the value of each placeholder, which a template's provider wants apart;
    `missing` names, in their order, those that had neither a value nor a fallback.
    """

    text: str
    variables: dict[str, str]
    missing: tuple[str, ...]


def placeholders(text: str) -> list[str]:
    """The names of a text's placeholders, each once, in order of appearance."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def default_source(name: str) -> str:
    """The source of a placeholder that has no mapping."""
    return ALIASES.get(placeholder_key(name), CUSTOM_PREFIX + name)


def is_source(name: str) -> bool:
    """Is it one of SOURCES, CAMPAIGN, or `custom.` and the name of a further field?"""
    is_custom = name.startswith(CUSTOM_PREFIX) and name != CUSTOM_PREFIX
    return name in SOURCES or name == CAMPAIGN or is_custom


def source_of(placeholder: str, mapping: VariableMapping) -> str:
    return mapping.get(placeholder, {}).get("source") or default_source(placeholder)


def unknown_sources(text: str, mapping: VariableMapping) -> list[str]:
    """Placeholders of the text whose mapping names a source that does not exist."""
    return [name for name in placeholders(text) if not is_source(source_of(name, mapping))]


class Renderer:
    """A text and its mapping, taken apart once to be rendered for many people.

    `also` are placeholders that stand beside the text, in a header or a button: they need values
    as well. `given` are the values that the campaign gives, by the names of their placeholders.
    """

    def __init__(
        self,
        text: str,
        mapping: VariableMapping,
        also: Iterable[str] = (),
        given: Mapping[str, str] | None = None,
    ) -> None:
        # Literal text and names take turns, literal text first and last.
        self._parts = PLACEHOLDER.split(text)
        self._values = {
            name: (
                _value(source_of(name, mapping), name, given or {}),
                mapping.get(name, {}).get("fallback", ""),
            )
            for name in [*self._parts[1::2], *also]
        }

    def render(self, contact: Person, vehicle: Car | None) -> Rendered:
        """The text for one person and the vehicle to speak of. An unknown value stays empty."""
        variables: dict[str, str] = {}
        missing: list[str] = []
        for name, (value, fallback) in self._values.items():
            shown = clean(value(contact, vehicle)) or clean(fallback)
            if shown:
                variables[name] = shown
            else:
                missing.append(name)
        parts = self._parts.copy()
        parts[1::2] = [variables.get(name, "") for name in parts[1::2]]
        return Rendered("".join(parts), variables, tuple(missing))


def render(
    text: str,
    mapping: VariableMapping,
    contact: Person,
    vehicle: Car | None,
    given: Mapping[str, str] | None = None,
) -> Rendered:
    """One text for one person; for many, make a Renderer once."""
    return Renderer(text, mapping, given=given).render(contact, vehicle)


def clean(value: Any) -> str:
    """A value on one line, without runs of spaces: WhatsApp refuses them (error 63013).

    A value of which nothing can be seen is "".
    """
    line = " ".join(str(value).split()) if value is not None else ""
    return line if line.isascii() or visible(line) else ""


def _value(source: str, name: str, given: Mapping[str, str]) -> Value:
    if source in SOURCES:
        return SOURCES[source].value
    if source == CAMPAIGN:
        shown = given.get(name, "")
        return lambda contact, vehicle: shown
    key = source.removeprefix(CUSTOM_PREFIX)
    return lambda contact, vehicle: _custom(contact, key)


def _custom(contact: Person, key: str) -> Any:
    """A further field by its exact name, else by its name without case, accents and spaces."""
    fields = contact.custom_fields
    if key in fields:
        return fields[key]
    plain = placeholder_key(key)
    return next((value for name, value in fields.items() if placeholder_key(name) == plain), "")


def placeholder_key(name: str) -> str:
    """A name without case and accents, with `_` for all between its words: how they compare."""
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"\W+", "_", letters)

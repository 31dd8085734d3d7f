"""Which column of a file holds what, from its header in Spanish or English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from contacts.imports.language import gettext as _

# Names as `_plain` writes them: no accents, no case, no signs.
_NAMES = {
    "phone": "telefono fono celular cel movil whatsapp phone telephone mobile cellphone tel"
    "|telefono movil|telefono celular|numero de telefono|numero telefono|nro telefono|n telefono"
    "|no telefono|numero|numero whatsapp|numero de whatsapp|phone number|mobile phone"
    "|mobile number|cell phone|whatsapp number|e164",
    "name": "nombre nombres name cliente contacto|nombre completo|nombre cliente"
    "|nombre del cliente|nombre contacto|full name|first name|customer name|nombre y apellido",
    "last_name": "apellido apellidos surname|last name|family name",
    "email": "email correo mail|e mail|correo electronico|email address",
    "language": "idioma language lengua lang",
    "tags": "etiqueta etiquetas tag tags",
    "make": "marca make brand|marca vehiculo|marca del vehiculo|marca auto",
    "model": "modelo model|modelo vehiculo|modelo del vehiculo|modelo auto",
    "year": "ano anio year|ano vehiculo|ano del vehiculo|ano modelo|model year",
    "price": "precio price valor|precio clp|precio venta|precio de venta",
    "link": "link url enlace publicacion|url publicacion|link publicacion",
}
_FIELD_OF_NAME = {
    name: field
    for field, names in _NAMES.items()
    for group, part in enumerate(names.split("|"))
    for name in (part.split() if group == 0 else [part])
}
_VEHICLE_FIELDS = ("make", "model", "year")


class ColumnsError(ValueError):
    """Why a header cannot be used, as a sentence for the person who chose the file."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known field stands in a row, counted from 0, and the columns nobody knows."""

    header: tuple[str, ...]
    positions: dict[str, int]
    unknown: tuple[tuple[str, int], ...]

    @property
    def unknown_names(self) -> list[str]:
        return [name for name, _position in self.unknown]


def recognise_columns(header: Sequence[str]) -> Columns:
    """Find the fields in `header`.

    Raises ColumnsError when no column holds the phone, or two hold the same field.
    """
    positions: dict[str, int] = {}
    unknown: list[tuple[str, int]] = []
    for position, title in enumerate(header):
        title = _tidy(title)
        field = field_of(title)
        if field is None:
            if title:
                unknown.append((title, position))
        elif field in positions:
            raise ColumnsError(
                _("Two columns hold the same thing: “%(first)s” and “%(second)s”. Keep one.")
                % {"first": _tidy(header[positions[field]]), "second": title}
            )
        else:
            positions[field] = position
    _require_phone(header, positions)
    _release_vehicle_extras(header, positions, unknown)
    _require_distinct(unknown)
    return Columns(tuple(header), positions, tuple(unknown))


def count_known(header: Sequence[str]) -> int:
    """How many titles of `header` are known; tells a right delimiter from a wrong one."""
    return len({field_of(title) for title in header} - {None})


def field_of(title: str) -> str | None:
    """The field that a column titled `title` holds, None if nobody knows."""
    return _FIELD_OF_NAME.get(_plain(title))


def _plain(title: str) -> str:
    """`Año`, `AÑO ` and `año:` are all `ano`; `Teléfono_Móvil` is `telefono movil`."""
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def _tidy(title: str) -> str:
    return " ".join(title.split())


def _require_phone(header: Sequence[str], positions: dict[str, int]) -> None:
    if "phone" in positions:
        return
    titles = ", ".join(f"“{_shortened(title)}”" for title in map(_tidy, header) if title)
    raise ColumnsError(
        _(
            "No column holds the phone. Name one “telefono” in the first row."
            " The columns found are: %(columns)s."
        )
        % {"columns": titles or "—"}
    )


def _shortened(title: str) -> str:
    return title if len(title) <= 40 else f"{title[:39]}…"


def _release_vehicle_extras(
    header: Sequence[str], positions: dict[str, int], unknown: list[tuple[str, int]]
) -> None:
    """A price or a link in a file without vehicles is a column like any other."""
    if any(field in positions for field in _VEHICLE_FIELDS):
        return
    for field in ("price", "link"):
        if field in positions:
            position = positions.pop(field)
            unknown.append((_tidy(header[position]), position))
    unknown.sort(key=lambda column: column[1])


def _require_distinct(unknown: list[tuple[str, int]]) -> None:
    names = [name.casefold() for name, _position in unknown]
    for name, _position in unknown:
        if names.count(name.casefold()) > 1:
            raise ColumnsError(
                _("Two columns are called “%(name)s”. Rename or remove one of them.")
                % {"name": name}
            )

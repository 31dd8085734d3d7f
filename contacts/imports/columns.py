"""Which column of a file holds what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contacts.imports.language import gettext as _
from contacts.imports.titles import (
    field_of,
    first_field_of,
    is_full_name,
    is_given_name,
    is_vague_phone,
    is_whatsapp,
    second_field_of,
)
from waproject.core.exports.spreadsheets import unguarded_cell

_VEHICLE_FIELDS = ("make", "model", "year")
_SEVERAL = ("phone", "email")
_TITLES_SHOWN = 20
_TITLE_SHOWN = 40


class ColumnsError(ValueError):
    """Why a header cannot be used, as a sentence for the person who chose the file."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known field stands in a row, counted from 0, and the columns nobody knows.

    `further` are the other columns of phones and emails. With `has_full_name` the name's column
    has the surname already.
    """

    header: tuple[str, ...]
    positions: dict[str, int]
    unknown: tuple[tuple[str, int], ...]
    further: dict[str, tuple[int, ...]] = field(default_factory=dict)
    has_full_name: bool = False

    @property
    def unknown_names(self) -> list[str]:
        return [name for name, _position in self.unknown]

    def all_of(self, field: str) -> list[int]:
        """Where the field's columns stand, the one that is taken first in front."""
        return [self.positions[field], *self.further.get(field, ())]

    def title(self, field: str) -> str:
        return tidy_title(self.header[self.positions[field]])

    def columns_to_keep(self) -> tuple[tuple[str, int], ...]:
        """The columns that a contact's further fields may keep, by title.

        Raises ColumnsError when two have one title: one would overwrite the other.
        """
        further = [at for field in _SEVERAL for at in self.further.get(field, ())]
        kept = (*self.unknown, *((tidy_title(self.header[at]), at) for at in further))
        counts = Counter(name.casefold() for name, _position in kept)
        for name, _position in kept:
            if counts[name.casefold()] > 1:
                raise ColumnsError(
                    _("Two columns are called “%(name)s”. Rename or remove one of them.")
                    % {"name": _shortened(name)}
                )
        return kept


def recognise_columns(header: Sequence[str]) -> Columns:
    """Find the fields in `header`.

    Raises ColumnsError when no column holds the phone, or two hold the same field.
    """
    positions, names, second, unknown = _sorted_out(header)
    has_full_name = _place_names(header, names, positions)
    further: dict[str, tuple[int, ...]] = {}
    for known, places in second.items():
        if known not in positions:
            positions[known] = places.pop(0)
        if known in _SEVERAL and places:
            further[known] = tuple(places)
        elif places:
            unknown += places
    _require_phone(header, positions)
    unknown += _released_vehicle_extras(positions)
    named = tuple((tidy_title(header[at]), at) for at in sorted(unknown))
    return Columns(tuple(header), positions, named, further, has_full_name)


def count_known(header: Sequence[str]) -> int:
    """How many titles of `header` are known; tells a right delimiter from a wrong one."""
    return len({field_of(title) for title in header} - {None})


def tidy_title(title: str) -> str:
    return unguarded_cell(" ".join(title.split()))


def _sorted_out(
    header: Sequence[str],
) -> tuple[dict[str, int], list[int], dict[str, list[int]], list[int]]:
    """The places of fields named once, of names, of fields that may stand beside, of the rest."""
    positions: dict[str, int] = {}
    names: list[int] = []
    second: dict[str, list[int]] = {}
    unknown: list[int] = []
    first: dict[str, list[int]] = {known: [] for known in _SEVERAL}
    for position, title in enumerate(header):
        if (known := first_field_of(title)) == "name":
            names.append(position)
        elif known in _SEVERAL:
            first[known].append(position)
        elif known in positions:
            raise _says_the_same(header, positions[known], position)
        elif known:
            positions[known] = position
        elif known := second_field_of(title):
            second.setdefault(known, []).append(position)
        elif tidy_title(title):
            unknown.append(position)
    unknown += _set_aside_vague_phones(header, first, second)
    for known, places in first.items():
        # WhatsApp before the others: there campaigns write.
        ordered = sorted(places, key=lambda at: not is_whatsapp(header[at]))
        if ordered:
            positions[known] = ordered[0]
            second[known] = ordered[1:] + second.get(known, [])
    return positions, names, second, unknown


def _set_aside_vague_phones(
    header: Sequence[str], first: dict[str, list[int]], second: dict[str, list[int]]
) -> list[int]:
    """Columns such as `Número` beside one that says that it holds phones: they are unknown."""
    vague = [at for at in first["phone"] if is_vague_phone(header[at])]
    has_others = len(first["phone"]) > len(vague) or "phone" in second
    unknown = vague if has_others else vague[1:]
    first["phone"] = [at for at in first["phone"] if at not in unknown]
    return unknown


def _place_names(header: Sequence[str], names: list[int], positions: dict[str, int]) -> bool:
    """Put the columns of names in their places; True if the name's has the surname too.

    `Name` may mean either; beside `Given Name` it is the full one, beside `Full name` the given.
    """
    full = [at for at in names if is_full_name(header[at])]
    given = [at for at in names if is_given_name(header[at])]
    either = [at for at in names if at not in {*full, *given}]
    for alike in (full, given, either):
        if len(alike) > 1:
            raise _says_the_same(header, alike[0], alike[1])
    ordered = [*full, *either, *given]
    if len(ordered) > 2:
        raise _says_the_same(header, ordered[0], ordered[1])
    if ordered:
        positions["name"] = ordered[0]
    if len(ordered) == 2:
        positions["first_name"] = ordered[1]
    return bool(full) or len(ordered) == 2


def _says_the_same(header: Sequence[str], first: int, second: int) -> ColumnsError:
    return ColumnsError(
        _("Two columns hold the same thing: “%(first)s” and “%(second)s”. Keep one.")
        % {
            "first": _shortened(tidy_title(header[first])),
            "second": _shortened(tidy_title(header[second])),
        }
    )


def _require_phone(header: Sequence[str], positions: dict[str, int]) -> None:
    if "phone" in positions:
        return
    raise ColumnsError(
        _(
            "No column holds the phone. Name one “telefono” in the first row."
            " The columns found are: %(columns)s."
        )
        % {"columns": _listed(title for title in map(tidy_title, header) if title)}
    )


def _listed(titles: Iterable[str]) -> str:
    all_titles = [f"“{_shortened(title)}”" for title in titles]
    more = ["…"] if len(all_titles) > _TITLES_SHOWN else []
    return ", ".join(all_titles[:_TITLES_SHOWN] + more) or "—"


def _shortened(title: str) -> str:
    return title if len(title) <= _TITLE_SHOWN else f"{title[: _TITLE_SHOWN - 1]}…"


def _released_vehicle_extras(positions: dict[str, int]) -> list[int]:
    """A price or a link in a file without vehicles is a column like any other."""
    if any(known in positions for known in _VEHICLE_FIELDS):
        return []
    return [positions.pop(known) for known in ("price", "link") if known in positions]

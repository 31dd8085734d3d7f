"""The rules for one row: cells become a checked row, or the reason why not."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import filterfalse
from operator import itemgetter
from typing import NamedTuple, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.imports.columns import Columns, tidy_title
from contacts.imports.rows.cells import clean_row
from contacts.imports.rows.full_names import join_name
from contacts.imports.rows.values import (
    RowError,
    check_length,
    parse_email,
    parse_language,
    parse_link,
    parse_make,
    parse_model,
    parse_name,
    parse_price,
    parse_tags,
    parse_year,
)
from contacts.phones import PhoneError, parse_phone
from contacts.phones.landlines import is_landline
from waproject.tenants.preferences import preferences

_T = TypeVar("_T")

_FIELDS = (
    *("phone", "name", "first_name", "middle_name", "last_name", "second_last_name"),
    *("email", "language", "tags", "make", "model", "year", "price", "link"),
)
# Between several values of one cell, in the exports of Google Contacts.
BETWEEN_VALUES = ":::"


class VehicleRow(NamedTuple):
    make: str
    model: str
    year: int
    link: str
    price: Decimal | None


class ContactRow(NamedTuple):
    """A row that may be taken.

    `given` holds what the row says of the person, by field name, and `custom` the cells of unknown
    columns, by title; empty cells are in neither. `remarks` are sentences, one for each cell that
    was left out.
    """

    phone: str
    given: dict[str, str]
    custom: dict[str, str]
    vehicle: VehicleRow | None
    tags: tuple[str, ...]
    remarks: tuple[str, ...] = ()


class RowRules:
    """Reads the rows of one file.

    `region` is the country of phones without a country code. With `keep_unknown`, columns that
    nobody knows go to the contact's further fields; raises ColumnsError if two have one title.
    """

    def __init__(
        self, columns: Columns, *, region: str | None = None, keep_unknown: bool = False
    ) -> None:
        self._columns = columns
        self._region = region or preferences().phone_region
        self._unknown = columns.columns_to_keep() if keep_unknown else ()
        self._has_vehicle = any(field in columns.positions for field in ("make", "model", "year"))
        # A field without a column is read from an empty cell put after the last.
        nowhere = len(columns.header)
        self._pick = itemgetter(*(columns.positions.get(field, nowhere) for field in _FIELDS))
        # Model years run ahead of the calendar.
        self._last_year = timezone.localdate().year + 2

    def read(self, cells: Sequence[str]) -> ContactRow:
        """The row in `cells`, as many as the header has.

        Raises RowError with the reason when the phone cannot be understood. Any other cell that
        cannot is left out and remarked on: it shall not cost a person who can be reached.
        """
        cells = clean_row(cells)
        phone, *name, email, language, tags, make, model, year, price, link = self._pick(
            (*cells, "")
        )
        remarks: list[str] = []
        number = self._read_phone(phone, cells, remarks)
        given = self._read_person(name, language, remarks)
        if email := self._read_email(email, cells, remarks):
            given["email"] = email
        vehicle = None
        if self._has_vehicle and (make or model or year or price or link):
            vehicle = self._read_vehicle(make, model, year, price, link, remarks)
        known_tags = self._understood("tags", parse_tags, tags, remarks) if tags else None
        custom = {title: text for title, at in self._unknown if (text := cells[at])}
        return ContactRow(number, given, custom, vehicle, known_tags or (), tuple(remarks))

    def _understood(
        self, field: str, parse: Callable[[str], _T], text: str, remarks: list[str]
    ) -> _T | None:
        """What `parse` makes of a cell; None, with a remark, when it cannot."""
        try:
            return parse(check_length(text))
        except RowError as error:
            remarks.append(f"“{self._columns.title(field)}”: {error}")
            return None

    def _read_phone(self, phone: str, cells: Sequence[str], remarks: list[str]) -> str:
        if BETWEEN_VALUES in phone or "phone" in self._columns.further:
            return self._choose_phone(cells, remarks)
        try:
            return parse_phone(phone, self._region)
        except PhoneError as error:
            raise RowError(str(error)) from None

    def _choose_phone(self, cells: Sequence[str], remarks: list[str]) -> str:
        """The first mobile of the row's phones, else the first of them."""
        numbers: dict[str, str] = {}
        wrong: list[tuple[str, str]] = []
        for title, text in self._values("phone", cells):
            try:
                numbers.setdefault(parse_phone(text, self._region), title)
            except PhoneError as error:
                wrong.append((title, str(error)))
        if not numbers:
            raise RowError(wrong[0][1] if wrong else _("The phone is empty."))
        chosen = next(filterfalse(is_landline, numbers), next(iter(numbers)))
        remarks += [f"“{title}”: {reason}" for title, reason in wrong]
        remarks += [
            f"“{title}”: " + _("%(phone)s was left out, the person has another.") % {"phone": phone}
            for phone, title in numbers.items()
            if phone != chosen
        ]
        return chosen

    def _read_email(self, email: str, cells: Sequence[str], remarks: list[str]) -> str | None:
        """The first email of the row that is an address."""
        if BETWEEN_VALUES not in email and "email" not in self._columns.further:
            return self._understood("email", parse_email, email, remarks) if email else None
        chosen = None
        for title, text in self._values("email", cells):
            try:
                parsed = parse_email(check_length(text))
            except RowError as error:
                remarks.append(f"“{title}”: {error}")
                continue
            chosen = chosen or parsed
            if parsed != chosen:
                left = _("%(email)s was left out, the person has another.") % {"email": parsed}
                remarks.append(f"“{title}”: {left}")
        return chosen

    def _values(self, field: str, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Each value of the field's columns that is not empty, with its column's title."""
        for position in self._columns.all_of(field):
            for value in cells[position].split(BETWEEN_VALUES):
                if text := value.strip():
                    yield tidy_title(self._columns.header[position]), text

    def _read_person(
        self, name: Sequence[str], language: str, remarks: list[str]
    ) -> dict[str, str]:
        given = {}
        full, first, middle, *last = name
        if first or middle or any(last):
            full = join_name(full, first, middle, last, self._columns.has_full_name)
        if full and (known := self._understood("name", parse_name, full, remarks)):
            given["name"] = known
        if language and (code := self._understood("language", parse_language, language, remarks)):
            given["language"] = code
        return given

    def _read_vehicle(
        self, make: str, model: str, year: str, price: str, link: str, remarks: list[str]
    ) -> VehicleRow | None:
        """The vehicle, or None with a remark: it is one only with make, model and year."""
        known_make = self._understood("make", parse_make, make, remarks) if make else None
        known_model = self._understood("model", parse_model, model, remarks) if model else None
        known_year = self._understood("year", self._parse_year, year, remarks) if year else None
        if not (known_make and known_model and known_year):
            remarks.append(_what_lacks(known_make, known_model, known_year))
            return None
        return VehicleRow(
            make=known_make,
            model=known_model,
            year=known_year,
            link=(link and self._understood("link", parse_link, link, remarks)) or "",
            price=self._understood("price", parse_price, price, remarks) if price else None,
        )

    def _parse_year(self, text: str) -> int:
        return parse_year(text, self._last_year)


def _what_lacks(make: str | None, model: str | None, year: int | None) -> str:
    lacking = [
        name
        for name, value in ((_("make"), make), (_("model"), model), (_("year"), year))
        if not value
    ]
    return _("The vehicle was left out, it lacks: %(fields)s.") % {"fields": ", ".join(lacking)}

"""The rules for one row: cells become a checked row, or the reason why not."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import filterfalse
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.imports.cells import clean_row, tidy
from contacts.imports.columns import Columns, tidy_title
from contacts.imports.full_names import join_name
from contacts.landlines import is_landline
from contacts.makes import spell_make
from contacts.models import Contact, Tag, Vehicle
from contacts.names import tidy_name
from contacts.phones import PhoneError, parse_phone

_T = TypeVar("_T")

FIRST_YEAR = 1900
# No value is longer; many that are would fill the memory in which values that repeat are kept.
_LONGEST_VALUE = 2_000
_FIELDS = (
    *("phone", "name", "first_name", "middle_name", "last_name", "second_last_name"),
    *("email", "language", "tags", "make", "model", "year", "price", "link"),
)
# Between several values of one cell, in the exports of Google Contacts.
_BETWEEN_VALUES = ":::"
_CURRENCY = re.compile(r"CLP\$?|US\$|USD|\$|pesos", re.IGNORECASE)
# What most files hold, and Django's validators take: a property of the tests.
_PLAIN_LINK = re.compile(
    r"https?://(?:[a-z0-9]{1,40}\.){1,4}[a-z]{2,6}(?:/[a-zA-Z0-9/._=&?-]*)?", re.ASCII
)
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9]{1,40}(?:[._-][a-z0-9]{1,20}){0,3}@(?:[a-z0-9]{1,40}\.){1,3}[a-z]{2,6}", re.ASCII
)
_BARE_LINK = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z]{2})?")
_LANGUAGE_NAMES = {
    "español": "es", "espanol": "es", "castellano": "es", "spanish": "es",
    "inglés": "en", "ingles": "en", "english": "en",
    "portugués": "pt", "portugues": "pt", "portuguese": "pt",
}  # fmt: skip
_TextField: TypeAlias = "models.CharField[Any, Any]"
_NAME, _EMAIL = (cast(_TextField, Contact._meta.get_field(name)) for name in ("name", "email"))
_MAKE, _MODEL, _LINK = (
    cast(_TextField, Vehicle._meta.get_field(name)) for name in ("make", "model", "link")
)
_TAG = cast(_TextField, Tag._meta.get_field("name"))
_YEAR = re.compile(r"'?([0-9])[.,]?([0-9]{3})(?:[.,]0{1,2})?")
_CENT = Decimal("0.01")
_PRICE_LIMIT = Decimal(10) ** 12  # the twelve whole digits of Vehicle.price
_GROUPED = re.compile(r"\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)", re.ASCII)
_GROUPED_WITH_DECIMALS = re.compile(
    r"\d{1,3}(?:(?:\.\d{3})+,\d{1,2}|(?:,\d{3})+\.\d{1,2})", re.ASCII
)
_UNGROUPED = re.compile(r"(\d{1,15})(?:[.,](\d{1,2}))?", re.ASCII)
_TAG_OR_QUOTED = re.compile(
    r'(?:^|(?<=[,;|])|(?<=:::))\s*(?:"((?:[^"]|"")*)"\s*(?=[,;|]|:::|$)|((?:[^,;|:]|:(?!::))+))'
)
_NEEDS_QUOTES = re.compile(r'[,;|]|:::|^[*"]|^\s|\s$')
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d{1,12})?[eE]\+?\d{1,2}", re.ASCII)
_check_link = URLValidator(schemes=["http", "https"])
_check_email = EmailValidator()


class RowError(ValueError):
    """Why a row cannot be taken, as a sentence for the person who made the file."""


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
        self._region = region or settings.PHONE_DEFAULT_REGION
        self._unknown = columns.kept_apart() if keep_unknown else ()
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
            return parse(_short(text))
        except RowError as error:
            remarks.append(f"“{self._columns.title(field)}”: {error}")
            return None

    def _read_phone(self, phone: str, cells: Sequence[str], remarks: list[str]) -> str:
        if _BETWEEN_VALUES in phone or "phone" in self._columns.further:
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
        if _BETWEEN_VALUES not in email and "email" not in self._columns.further:
            return self._understood("email", parse_email, email, remarks) if email else None
        chosen = None
        for title, text in self._values("email", cells):
            try:
                parsed = parse_email(_short(text))
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
            for value in cells[position].split(_BETWEEN_VALUES):
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


def parse_make(text: str) -> str:
    return _limited(spell_make(text), _MAKE)


def parse_model(text: str) -> str:
    return _limited(text, _MODEL)


@lru_cache(maxsize=256)
def parse_year(text: str, last: int) -> int:
    """`2015`, or Excel's `2015.0`, `2.015` and `'2015`, up to `last`."""
    written = _YEAR.fullmatch(text)
    if not written:
        raise RowError(_("The year must have four digits, such as 2015."))
    year = int(written[1] + written[2])
    if not FIRST_YEAR <= year <= last:
        raise RowError(
            _("The year must lie between %(first)d and %(last)d.")
            % {"first": FIRST_YEAR, "last": last}
        )
    return year


@lru_cache(maxsize=4_096)
def parse_price(text: str) -> Decimal:
    """`8.500.000`, `$8,500,000`, `8500000,00` and the like, with two decimals.

    A single point or comma before exactly three digits groups thousands (`8.500` is 8500): cars
    cost no fractions of a peso.
    """
    number = _CURRENCY.sub("", text).replace(" ", "").replace("'", "")
    number = re.sub(r"[.,]-*$", "", number)
    if _GROUPED.fullmatch(number) or _GROUPED_WITH_DECIMALS.fullmatch(number):
        whole, decimals = _split_decimals(number)
    elif plain := _UNGROUPED.fullmatch(number):
        whole, decimals = plain[1], plain[2] or ""
    elif _SCIENTIFIC.fullmatch(number):
        return _fitting_price(Decimal(number.replace(",", ".")))
    else:
        raise RowError(_("The price is not a number, such as 8.500.000 or 8500000."))
    return _fitting_price(Decimal(f"{whole}.{decimals or 0}"))


def _split_decimals(number: str) -> tuple[str, str]:
    match = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: match.start()] if match else number
    return re.sub(r"[.,]", "", whole), match[1] if match else ""


def _fitting_price(price: Decimal) -> Decimal:
    if price >= _PRICE_LIMIT:
        raise RowError(_("The price is too large."))
    return price.quantize(_CENT)


def parse_link(text: str) -> str:
    """An http(s) address; one that begins with the site's name gets its `https://`."""
    if _PLAIN_LINK.fullmatch(text):
        return _limited(text, _LINK)
    link = f"https://{text}" if _BARE_LINK.fullmatch(text) else text
    try:
        _check_link(link)
    except ValidationError:
        raise RowError(_("The link is not a web address, such as https://example.com/1.")) from None
    return _limited(link, _LINK)


def parse_email(text: str) -> str:
    if not _PLAIN_EMAIL.fullmatch(text):
        try:
            _check_email(text)
        except ValidationError:
            raise RowError(_("The email is not an address, such as ana@example.com.")) from None
    return _limited(text, _EMAIL)


@lru_cache(maxsize=256)
def parse_language(text: str) -> str:
    """A language code such as `es` or `pt-br`; the usual names are known too."""
    language = text.casefold().replace("_", "-")
    language = _LANGUAGE_NAMES.get(language, language)
    if not _LANGUAGE.fullmatch(language):
        raise RowError(_("The language must be a code, such as es or pt-br."))
    return language


@lru_cache(maxsize=4_096)
def parse_tags(text: str) -> tuple[str, ...]:
    """Tags between commas, semicolons, bars or `:::`; each once, whatever its case.

    One between double quotes may hold these signs. What begins with `*` is a label that Google
    Contacts gave by itself, such as `* myContacts`.
    """
    tags: dict[str, str] = {}
    for quoted, plain in _TAG_OR_QUOTED.findall(text):
        tag = tidy(quoted.replace('""', '"') if quoted else plain)
        if tag and not (plain and tag.startswith("*")):
            tags.setdefault(tag.casefold(), _limited(tag, _TAG))
    return tuple(tags.values())


def write_tags(names: Iterable[str]) -> str:
    """The cell of which `parse_tags` makes these tags."""
    return ", ".join(
        '"{}"'.format(name.replace('"', '""')) if _NEEDS_QUOTES.search(name) else name
        for name in names
    )


def _short(text: str) -> str:
    if len(text) > _LONGEST_VALUE:
        raise RowError(
            _("This cell has more than %(limit)d characters.") % {"limit": _LONGEST_VALUE}
        )
    return text


def parse_name(text: str) -> str:
    return _limited(tidy_name(text), _NAME)


def _limited(value: str, field: _TextField) -> str:
    if len(value) > (field.max_length or 0):
        raise RowError(
            _("The %(field)s is longer than %(limit)d characters.")
            % {"field": field.verbose_name, "limit": field.max_length}
        )
    return value


def _what_lacks(make: str | None, model: str | None, year: int | None) -> str:
    lacking = [
        name
        for name, value in ((_("make"), make), (_("model"), model), (_("year"), year))
        if not value
    ]
    return _("The vehicle was left out, it lacks: %(fields)s.") % {"fields": ", ".join(lacking)}

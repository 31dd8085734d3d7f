"""The rules for one row: cells become a checked row, or the reason why not."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.imports.columns import Columns
from contacts.invisible import shows_nothing_in, visible
from contacts.makes import spell_make
from contacts.models import Contact, Tag, Vehicle
from contacts.names import tidy_name
from contacts.phones import PhoneError, parse_phone

FIRST_YEAR = 1900
_FIELDS = (
    *("phone", "name", "last_name", "email", "language", "tags"),
    *("make", "model", "year", "price", "link"),
)
# What people and programs write for nothing.
_NOTHING = frozenset(
    spelling
    for word in ("-", "--", ".", "n/a", "#n/a", "s/i", "s/n", "null", "none", "nan", "sin datos")
    for spelling in (word, word.upper(), word.capitalize(), word.title())
)
# A sign that no list has, to look at all the cells of a row at once.
_JOINT = "\N{SYMBOL FOR UNIT SEPARATOR}"
_UNTIDY = re.compile(f"  | {_JOINT}|{_JOINT} ")
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
_CENT = Decimal("0.01")
_PRICE_LIMIT = Decimal(10) ** 12  # the twelve whole digits of Vehicle.price
_GROUPED = re.compile(r"\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)", re.ASCII)
_GROUPED_WITH_DECIMALS = re.compile(
    r"\d{1,3}(?:(?:\.\d{3})+,\d{1,2}|(?:,\d{3})+\.\d{1,2})", re.ASCII
)
_UNGROUPED = re.compile(r"(\d{1,15})(?:[.,](\d{1,2}))?", re.ASCII)
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
    columns, by title; empty cells are in neither.
    """

    phone: str
    given: dict[str, str]
    custom: dict[str, str]
    vehicle: VehicleRow | None
    tags: tuple[str, ...]


class RowRules:
    """Reads the rows of one file.

    `region` is the country of phones without a country code. With `keep_unknown`, columns that
    nobody knows go to the contact's further fields.
    """

    def __init__(
        self, columns: Columns, *, region: str | None = None, keep_unknown: bool = False
    ) -> None:
        self._region = region or settings.PHONE_DEFAULT_REGION
        self._unknown = columns.unknown if keep_unknown else ()
        self._has_vehicle = any(field in columns.positions for field in ("make", "model", "year"))
        # A field without a column is read from an empty cell put after the last.
        nowhere = len(columns.header)
        self._pick = itemgetter(*(columns.positions.get(field, nowhere) for field in _FIELDS))
        # Model years run ahead of the calendar.
        self._last_year = timezone.localdate().year + 2

    def read(self, cells: Sequence[str]) -> ContactRow:
        """The row in `cells`, as many as the header has. Raises RowError with the reason."""
        cells = clean_row(cells)
        phone, name, last_name, email, language, tags, *vehicle = self._pick((*cells, ""))
        try:
            number = parse_phone(phone, self._region)
        except PhoneError as error:
            raise RowError(str(error)) from None
        return ContactRow(
            number,
            _read_person(name, last_name, email, language),
            {title: text for title, at in self._unknown if (text := cells[at])},
            self._read_vehicle(*vehicle) if self._has_vehicle else None,
            parse_tags(tags) if tags else (),
        )

    def _read_vehicle(
        self, make: str, model: str, year: str, price: str, link: str
    ) -> VehicleRow | None:
        if not (make and model and year):
            if make or model or year or price or link:
                raise RowError(_what_lacks(make, model, year))
            return None
        return VehicleRow(
            make=_limited(spell_make(make), _MAKE),
            model=_limited(model, _MODEL),
            year=parse_year(year, self._last_year),
            link=parse_link(link) if link else "",
            price=parse_price(price) if price else None,
        )


def _read_person(name: str, last_name: str, email: str, language: str) -> dict[str, str]:
    given = {}
    if last_name:
        name = f"{name} {last_name}".lstrip()
    if name := tidy_name(name):
        given["name"] = _limited(name, _NAME)
    if email:
        given["email"] = parse_email(email)
    if language:
        given["language"] = parse_language(language)
    return given


def clean_row(cells: Sequence[str]) -> Sequence[str]:
    """Every cell as `clean` leaves it; most rows are clean as they are, which is quick to see."""
    text = _JOINT.join(("", *cells, ""))
    if _NOTHING.isdisjoint(cells) and not (_UNTIDY.search(text) or shows_nothing_in(text)):
        return cells
    return [clean(cell) for cell in cells]


def clean(cell: str) -> str:
    """The cell on one line, with single spaces and without what nobody sees.

    What people write for nothing is empty.
    """
    text = cell.strip()
    if "  " in text or shows_nothing_in(text):
        text = visible(text)
    return "" if text in _NOTHING else text


@lru_cache(maxsize=256)
def parse_year(text: str, last: int) -> int:
    """`2015`, or Excel's `2015.0`, up to `last`."""
    digits = text.removesuffix(".0").removesuffix(",0")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 4):
        raise RowError(_("The year must have four digits, such as 2015."))
    if not FIRST_YEAR <= int(digits) <= last:
        raise RowError(
            _("The year must lie between %(first)d and %(last)d.")
            % {"first": FIRST_YEAR, "last": last}
        )
    return int(digits)


@lru_cache(maxsize=4_096)
def parse_price(text: str) -> Decimal:
    """`8.500.000`, `$8,500,000`, `8500000,00` and the like, with two decimals.

    A single point or comma before exactly three digits groups thousands (`8.500` is 8500): cars
    cost no fractions of a peso.
    """
    number = _CURRENCY.sub("", text).replace(" ", "").replace("'", "")
    number = re.sub(r"[.,]-+$", "", number)
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
    """Tags between commas, semicolons or bars; each once, whatever its case."""
    tags: dict[str, str] = {}
    for part in re.split(r"[,;|]", text):
        if tag := clean(part):
            tags.setdefault(tag.casefold(), _limited(tag, _TAG))
    return tuple(tags.values())


def _limited(value: str, field: _TextField) -> str:
    if len(value) > (field.max_length or 0):
        raise RowError(
            _("The %(field)s is longer than %(limit)d characters.")
            % {"field": field.verbose_name, "limit": field.max_length}
        )
    return value


def _what_lacks(make: str, model: str, year: str) -> str:
    lacking = [
        name
        for name, value in ((_("make"), make), (_("model"), model), (_("year"), year))
        if not value
    ]
    return _("The vehicle lacks: %(fields)s.") % {"fields": ", ".join(lacking)}

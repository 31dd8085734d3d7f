"""The value of one cell: what a field stores, or the reason why the cell cannot be taken."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias, cast

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.utils.translation import gettext as _

from contacts.imports.rows.cells import tidy
from contacts.models import Contact, Tag, Vehicle
from contacts.spelling.makes import spell_make
from contacts.spelling.names import tidy_name, written_name

FIRST_YEAR = 1900
# No value is longer; many that are would fill the memory in which values that repeat are kept.
_LONGEST_VALUE = 2_000
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
_LOST_LETTER = re.compile(r"[^\W\d_]\?[^\W\d_]")
_YEAR = re.compile(r"'?([0-9])[.,]?([0-9]{3})(?:[.,]0{1,2})?")
# A date of which the year alone is wanted: 15/03/2015, 03-2015, 2015-03-15. Its order is no matter.
_DATE_WITH_YEAR = re.compile(
    r"(?:[0-9]{1,2}([/.-])){1,2}((?:19|20)[0-9]{2})|((?:19|20)[0-9]{2})([/.-])[0-9]{1,2}\4[0-9]{1,2}"
)
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


def check_length(text: str) -> str:
    """The text itself. Raises RowError when it is longer than any value of a cell."""
    if len(text) > _LONGEST_VALUE:
        raise RowError(
            _("This cell has more than %(limit)d characters.") % {"limit": _LONGEST_VALUE}
        )
    return text


def parse_make(text: str) -> str:
    return _limited(spell_make(_whole(text)), _MAKE)


def parse_model(text: str) -> str:
    return _limited(_whole(text), _MODEL)


@lru_cache(maxsize=256)
def parse_year(text: str, last: int) -> int:
    """`2015`, Excel's `2015.0`, `2.015` and `'2015`, or that of a date, up to `last`."""
    if date := _DATE_WITH_YEAR.fullmatch(text):
        year = int(date[2] or date[3])
    elif written := _YEAR.fullmatch(text):
        year = int(written[1] + written[2])
    else:
        raise RowError(_("The year must have four digits, such as 2015."))
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


def parse_name(text: str) -> str:
    return _limited(written_name(tidy_name(_whole(text))), _NAME)


def _whole(text: str) -> str:
    """The text itself. Raises RowError when a program has lost letters of it: `Mu?oz`."""
    if "?" in text and _LOST_LETTER.search(text):
        raise RowError(
            _(
                "Letters with accents are lost or garbled here."
                " Save the list again as “CSV UTF-8” or as .xlsx from the program that made it."
            )
        )
    return text


def _limited(value: str, field: _TextField) -> str:
    if len(value) > (field.max_length or 0):
        raise RowError(
            _("The %(field)s is longer than %(limit)d characters.")
            % {"field": field.verbose_name, "limit": field.max_length}
        )
    return value

"""The filters of an audience as JSON: each value read with its check, and written again."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from campaigns.audience.outcomes import Outcome
from contacts.states import ContactStatus
from waproject.core.text.sentences import SaidError
from waproject.core.text.sentences import gettext as _

MAX_LISTED = 5_000
# As the form has it.
MOST_DAYS = 3_650


class AudienceError(SaidError, ValueError):
    """What is wrong with an audience, as a sentence for the user who described it."""


def _refuse(name: str, expected: str, value: Any) -> AudienceError:
    return AudienceError(
        _("The filter “%(name)s” of the audience must be %(expected)s, not %(value)r.")
        % {"name": name, "expected": expected, "value": value}
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refuse(name, _("a text"), value)
    return value.strip()


def _texts(name: str, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values:
        raise _refuse(name, _("a text or a list of texts"), value)
    return tuple(_text(name, item) for item in values)


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise _refuse(name, _("a whole number above zero"), value)
    return value


def _ids(name: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise _refuse(name, _("a list of numbers"), value)
    if len(value) > MAX_LISTED:
        raise AudienceError(
            _("The filter “%(name)s” names %(count)d; at most %(most)d are allowed. Use a tag.")
            % {"name": name, "count": len(value), "most": MAX_LISTED}
        )
    return tuple(_whole(name, item) for item in value)


def _money(name: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise _refuse(name, _("an amount"), value) from None
    if isinstance(value, bool) or not amount.is_finite() or amount < 0:
        raise _refuse(name, _("an amount"), value)
    return amount


def _days(name: str, value: Any) -> int:
    days = _whole(name, value)
    if days > MOST_DAYS:
        expected = _("a number of days up to %(most)d") % {"most": MOST_DAYS}
        raise _refuse(name, expected, value)
    return days


def _day(name: str, value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = None
    # The first and the last days of the calendar begin beyond it in some zone.
    if day is None or not date.min.year < day.year < date.max.year:
        raise _refuse(name, _("a day such as 2026-01-31"), value)
    return day


def _one_of(values: list[str]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in values:
            raise _refuse(name, _("one of %(values)s") % {"values": ", ".join(values)}, value)
        return str(value)

    return read


def _pairs(name: str, value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not value:
        raise _refuse(name, _("an object of further fields and their values"), value)
    return tuple((_field(key), str(wanted)) for key, wanted in value.items())


def _field(key: str) -> str:
    # A number would be read as a position in a list; SQLite's paths cannot hold a quotation mark.
    if not key.strip() or key.strip().lstrip("-").isdigit() or '"' in key:
        raise AudienceError(_("“%(key)s” is no name of a further field.") % {"key": key})
    return key.strip()


READERS: dict[str, Callable[[str, Any], Any]] = {
    "search": _text,
    "contact_status": _one_of(ContactStatus.values),
    "make": _texts,
    "model": _texts,
    "year_from": _whole,
    "year_to": _whole,
    "price_from": _money,
    "price_to": _money,
    "vehicle_from": _day,
    "tags_any": _ids,
    "tags_none": _ids,
    "language": _text,
    "name_contains": _text,
    "custom": _pairs,
    "created_from": _day,
    "created_to": _day,
    "contact_ids": _ids,
    "imports": _ids,
    "of_campaigns": _ids,
    "outcome": _one_of(Outcome.values),
    "exclude_contacted_days": _days,
    "exclude_campaigns": _ids,
}


def plain(value: Any) -> Any:
    """The value of a filter as JSON has it."""
    if isinstance(value, tuple):
        pairs = bool(value) and isinstance(value[0], tuple)
        return dict(value) if pairs else list(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value.isoformat() if isinstance(value, date) else value

"""Phone numbers: whatever a person types becomes E.164, or a reason why not.

A number is taken when Google's metadata knows its block, or when it has the length and the shape
of its country's mobile and fixed numbers. Blocks are opened faster than metadata is published, and
the provider tells in the end: to refuse a real customer costs more than one failed message.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType
from phonenumbers.phonemetadata import PhoneMetadata

from contacts.phones.texts import PhoneError as PhoneError
from contacts.phones.texts import is_rut, read_phone_text, says_more_than_one
from waproject.tenants.preferences import preferences

COUNTRIES = {
    "AR": gettext_lazy("Argentina"),
    "BO": gettext_lazy("Bolivia"),
    "BR": gettext_lazy("Brazil"),
    "CA": gettext_lazy("Canada"),
    "CL": gettext_lazy("Chile"),
    "CO": gettext_lazy("Colombia"),
    "CR": gettext_lazy("Costa Rica"),
    "DO": gettext_lazy("the Dominican Republic"),
    "EC": gettext_lazy("Ecuador"),
    "ES": gettext_lazy("Spain"),
    "GT": gettext_lazy("Guatemala"),
    "HN": gettext_lazy("Honduras"),
    "HT": gettext_lazy("Haiti"),
    "JM": gettext_lazy("Jamaica"),
    "MX": gettext_lazy("Mexico"),
    "NI": gettext_lazy("Nicaragua"),
    "PA": gettext_lazy("Panama"),
    "PE": gettext_lazy("Peru"),
    "PR": gettext_lazy("Puerto Rico"),
    "PY": gettext_lazy("Paraguay"),
    "SV": gettext_lazy("El Salvador"),
    "US": gettext_lazy("the United States"),
    "UY": gettext_lazy("Uruguay"),
    "VE": gettext_lazy("Venezuela"),
}

# What most files hold. Everything else is cleaned first.
_PLAIN = re.compile(r"\+?[1-9][0-9 -]*", re.ASCII)
# `09…` and `+56 (0)9…` are old Chilean habits.
_LEADING_ZERO = re.compile("0+")
# Mexico's prefixes until 2020, of which WhatsApp may still write the 1; and Argentina's 9 for calls
# from abroad before a number that has the 15 for those at home as well.
_OBSOLETE = {52: re.compile("0?1+|04[45]"), 54: re.compile("0?9(?=[0-9]{12}$)")}
_MOBILE_TYPES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def parse_phone(text: str, region: str | None = None) -> str:
    """The number in E.164, for example `+56975400946`.

    `region` (such as `CL`) is the country of numbers written without a country code; without it,
    PHONE_DEFAULT_REGION. Raises PhoneError with the reason.
    """
    region = region or preferences().phone_region
    if plain := _parse_plain(text, region):
        return plain
    digits, groups, is_whatsapps = read_phone_text(text)
    plain = _parse_plain(digits, region)
    if is_whatsapps and digits[0] != "+" and plain != f"+{digits}":
        plain = _parse_whatsapps(f"+{digits}", plain)
    try:
        return plain or _parse_with_library(digits, region)
    except PhoneError:
        if _has_two_numbers(groups, region):
            raise PhoneError(says_more_than_one()) from None
        raise


def shown_phone(phone: str, region: str | None = None) -> str:
    """A number in E.164 as people write it; with its country, unless that is `region`."""
    text = spaced_phone(phone)
    if not is_foreign(phone, region):
        return text
    number = phonenumbers.parse(phone)
    country = COUNTRIES.get(phonenumbers.region_code_for_number(number) or "")
    return f"{text} ({country})" if country else text


def spaced_phone(phone: str) -> str:
    """A number in E.164 as people write it; one of no numbering plan as it is."""
    if phone.startswith("+569") and len(phone) == 12:  # also of a block newer than the metadata
        return f"+56 9 {phone[4:8]} {phone[8:]}"
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def is_foreign(phone: str, region: str | None = None) -> bool:
    """Whether a number in E.164 has another country code than `region`."""
    code = phonenumbers.country_code_for_region(region or preferences().phone_region)
    # No country code is the beginning of another.
    return not phone.startswith(f"+{code}")


def _parse_plain(text: str, region: str) -> str | None:
    """The number, when `text` is digits of `region`'s own plan; None when it takes more thought.

    Ten times faster than the library, and equal to it: a property of the tests.
    """
    if not _PLAIN.fullmatch(text) or (text[-2:-1] == "-" and is_rut(text)):
        return None
    plan = _plan_of_region(region)
    digits = text.replace(" ", "").replace("-", "")
    if digits[0] == "+":
        national = digits[1 + len(plan.code) :] if digits.startswith("+" + plan.code) else ""
    elif plan.may_leave_the_region(digits):
        return None
    elif plan.fits(digits):
        national = digits
    elif digits.startswith(plan.code) and not plan.shape.fullmatch(digits):
        national = digits[len(plan.code) :]
    else:
        return None
    if plan.fits(national) and not plan.has_national_prefix(national):
        return f"+{plan.code}{national}"
    return None


def _parse_whatsapps(digits: str, plain: str | None) -> str | None:
    """The number of `digits`, a plus put before the country code that WhatsApp always writes.

    People also make links of their own country's numbers: `plain`, if it reads so. Those are no
    numbers of another country, or of a fixed line there (951234567 would be one in Myanmar),
    where WhatsApp hardly is.
    """
    try:
        abroad = _parse_with_library(digits, preferences().phone_region)
    except PhoneError:
        return plain
    if plain is None:
        return abroad
    kind = phonenumbers.number_type(phonenumbers.parse(abroad))
    return abroad if kind in _MOBILE_TYPES else plain


def _has_two_numbers(groups: list[str], region: str) -> bool:
    """Whether the first groups of digits are one number and those after them another."""
    if sum(map(len, groups)) < 14:
        return False
    return any(
        _begins_with_number(groups[cut:], region)
        for cut in range(1, min(len(groups), 15))
        if _is_number("".join(groups[:cut]), region)
    )


def _begins_with_number(groups: list[str], region: str) -> bool:
    ends = range(1, min(len(groups), 15) + 1)
    return any(_is_number("".join(groups[:end]), region) for end in ends)


def _is_number(digits: str, region: str) -> bool:
    if not 7 <= len(digits) <= 17:
        return False
    try:
        return bool(_parse_plain(digits, region) or _parse_with_library(digits, region))
    except PhoneError:
        return False


def _parse_with_library(digits: str, region: str) -> str:
    number = _read(digits, region)
    if _is_acceptable(number):
        return _e164(number)
    national = phonenumbers.national_significant_number(number)
    for prefix in (_OBSOLETE.get(number.country_code or 0), _LEADING_ZERO):
        if prefix and (found := prefix.match(national)):
            shorter = _read_or_none(f"+{number.country_code}{national[found.end() :]}")
            if shorter and _is_acceptable(shorter):
                return _e164(shorter)
    raise PhoneError(_why_not(number, national))


def _read(digits: str, region: str | None) -> PhoneNumber:
    try:
        return phonenumbers.parse(digits, region)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            raise PhoneError(_("No country has the code that this phone begins with.")) from None
        if error.error_type == NumberParseException.TOO_LONG:
            raise PhoneError(_("Too long for a phone.")) from None
        raise PhoneError(_("Too short for a phone.")) from None


def _read_or_none(digits: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, None)
    except NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_acceptable(number: PhoneNumber) -> bool:
    if phonenumbers.is_valid_number(number):
        return True
    plan = _plan_of_code(number.country_code or 0)
    return plan is not None and plan.fits(phonenumbers.national_significant_number(number))


def _why_not(number: PhoneNumber, national: str) -> str:
    code = number.country_code or 0
    region = phonenumbers.region_code_for_country_code(code)
    country = {"country": str(COUNTRIES.get(region, f"+{code}"))}
    plan = _plan_of_code(code)
    if plan and plan.lengths and len(national) < min(plan.lengths):
        return _("Too short for %(country)s.") % country
    if plan and plan.lengths and len(national) > max(plan.lengths):
        return _("Too long for %(country)s; a number of another country begins with +.") % country
    return _("Not a number of %(country)s.") % country


@dataclass(frozen=True, slots=True)
class _Plan:
    """The numbering plan of one country, from the library's metadata."""

    code: str
    shape: re.Pattern[str]
    lengths: frozenset[int]
    national_prefix: re.Pattern[str] | None
    international_prefix: re.Pattern[str] | None

    def fits(self, national: str) -> bool:
        """Has it the length of a mobile or fixed number and the plan's leading digits?"""
        return len(national) in self.lengths and self.shape.fullmatch(national) is not None

    def has_national_prefix(self, national: str) -> bool:
        return self.national_prefix is not None and self.national_prefix.match(national) is not None

    def may_leave_the_region(self, digits: str) -> bool:
        """Does it begin as calls abroad do, so that the library would read a country code?"""
        return (
            self.international_prefix is not None
            and self.international_prefix.match(digits) is not None
        )


@lru_cache(maxsize=300)
def _plan_of_region(region: str) -> _Plan:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:
        raise ValueError(f"{region!r} is not a country code such as CL")
    return _plan(metadata)


@lru_cache(maxsize=300)
def _plan_of_code(code: int) -> _Plan | None:
    region = phonenumbers.region_code_for_country_code(code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    return _plan(metadata) if metadata else None


def _plan(metadata: PhoneMetadata) -> _Plan:
    shape = metadata.general_desc and metadata.general_desc.national_number_pattern
    kinds = [kind for kind in (metadata.mobile, metadata.fixed_line) if kind]
    prefix, abroad = metadata.national_prefix_for_parsing, metadata.international_prefix
    return _Plan(
        code=str(metadata.country_code),
        shape=re.compile(shape or r"(?!)"),
        lengths=frozenset(n for kind in kinds for n in kind.possible_length if n > 0),
        national_prefix=re.compile(prefix) if prefix else None,
        international_prefix=re.compile(abroad) if abroad else None,
    )

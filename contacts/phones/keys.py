"""One spelling of each phone, to compare by: three countries write their mobiles in two ways.

- Argentina: `+54 9 11 2345 6789` from abroad, `+54 11 2345 6789` for SMS and in many files,
  `11 15 2345 6789` at home. The ten digits after the 9 or without the 15 are the line's own.
- Brazil: since 2012 to 2016 mobiles have a ninth digit, a 9 before the eight; WhatsApp still knows
  many by the eight alone. Old mobiles begin with 6 to 9, fixed lines with 2 to 5, so that a fixed
  line never becomes a mobile.
- Mexico: `+52 1 55 1234 5678` until 2020, `+52 55 1234 5678` since.

Sources: ITU national numbering plans (E.164 list: +54, +55, +52), Resolution 553/2010 of Anatel,
https://faq.whatsapp.com/1294841057948784 (phone numbers in international format).
"""

import re
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException

_KEYED = ("+54", "+55", "+52")
# With the prefixes for calls within the country, as people write them after the country's code.
_ARGENTINE = re.compile(r"\+54(?:9|09?)?([1-8][0-9]{9})")
_ARGENTINE_MOBILE = re.compile(r"\+54(?:9|09?)?([1-8][0-9]{11})")
_BRAZILIAN = re.compile(r"\+55(?:0(?:[0-9]{2})?)?([1-9][0-9])(9[0-9]{8}|[2-9][0-9]{7})")
_BRAZILIAN_WITH_NINTH = re.compile(r"\+55([1-9][0-9])9([6-9][0-9]{7})")
_MEXICAN = re.compile(r"\+52(?:01|04[45]|1)?([2-9][0-9]{9})")


def phone_key(phone: str) -> str:
    """The phone (E.164) in the one spelling by which it is compared; for most it is the phone.

    Two phones with one key are one line. Any other text is its own key.
    """
    if not phone.startswith(_KEYED):
        return phone
    if argentine := _ARGENTINE.fullmatch(phone):
        return f"+54{argentine[1]}"
    if mobile := _ARGENTINE_MOBILE.fullmatch(phone):
        return _without_15(mobile[1]) or phone
    if mexican := _MEXICAN.fullmatch(phone):
        return f"+52{mexican[1]}"
    if brazilian := _BRAZILIAN.fullmatch(phone):
        area, line = brazilian.groups()
        is_old_mobile = len(line) == 8 and line[0] >= "6"
        return f"+55{area}9{line}" if is_old_mobile else f"+55{area}{line}"
    return phone


def set_phone_key(changes: dict[str, Any]) -> None:
    """Add `phone_key` to the changes of an UPDATE that sets `phone` to a text or to null."""
    phone = changes.get("phone")
    if "phone" in changes and (phone is None or isinstance(phone, str)):
        changes.setdefault("phone_key", phone_key(phone) if phone else None)


def spellings(phone: str) -> list[str]:
    """The phone, then the other spellings under which the provider may know it."""
    if not phone.startswith(_KEYED):
        return [phone]
    key = phone_key(phone)
    others = [key]
    if argentine := _ARGENTINE.fullmatch(key):
        others.append(f"+549{argentine[1]}")
    elif mexican := _MEXICAN.fullmatch(key):
        others.append(f"+521{mexican[1]}")
    elif brazilian := _BRAZILIAN_WITH_NINTH.fullmatch(key):
        others.append(f"+55{brazilian[1]}{brazilian[2]}")
    return list(dict.fromkeys([phone, *others]))


def _without_15(national: str) -> str | None:
    """The key of an Argentine mobile written with the 15 after its area; None if it is not one.

    Areas have two to four digits, and only the library's table tells where one ends.
    """
    try:
        number = phonenumbers.parse(f"+54{national}")
    except NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    argentine = _ARGENTINE.fullmatch(e164)
    return f"+54{argentine[1]}" if argentine else None

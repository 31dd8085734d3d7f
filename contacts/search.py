"""What a person types into a search box, as a condition on contacts or vehicles."""

import re
from contextlib import suppress

import phonenumbers
from django.conf import settings
from django.db.models import Q

from contacts.addresses import Address
from contacts.phone_keys import phone_key, spellings
from contacts.phones import PhoneError, parse_phone
from waproject.core.admin.lists import LONGEST_SEARCH

_USER_ID = re.compile(r"[A-Za-z]{2}\.[A-Za-z0-9]+")


def contact_condition(text: str, path: str = "") -> Q:
    """Contacts whose phone begins with the digits typed, or whose name or email has the words.

    Each kind of text looks at one column, so that a phone is found by its index. `path` leads
    from the searched model to the contact (`contact__`).
    """
    text = text[:LONGEST_SEARCH].strip()
    if "@" in text:
        return Q(**{f"{path}email__sounds": text})
    if _USER_ID.fullmatch(text):
        rows = Address.objects.filter(key__prefix=text.upper()[:2] + text[2:])
        return Q(**{f"{path}pk__in": rows.values("contact")})
    if any(char.isdigit() for char in text) and not any(char.isalpha() for char in _bare(text)):
        prefixes = phone_prefixes(text)
        keys = [phone_key(one) for one in prefixes if len(spellings(one)) > 1]
        same = Q(**{f"{path}phone_key__in": keys}) if keys else Q()
        return _any_of(f"{path}phone__prefix", prefixes) | same
    return _all_of(f"{path}name__sounds", text.split())


def vehicle_condition(text: str, *, with_owner: bool = True) -> Q:
    """Vehicles by the words of make and model and by the year, or by their owner's phone."""
    text = text[:LONGEST_SEARCH]
    if (
        with_owner
        and sum(map(str.isdigit, text)) > 4
        and not any(char.isalpha() for char in _bare(text))
    ):
        return contact_condition(text, "contact__")
    condition = Q()
    for word in text.split():
        if re.fullmatch(r"(19|20)\d\d", word):
            condition &= Q(year=int(word)) | Q(model__sounds=word)
        else:
            condition &= Q(make__sounds=word) | Q(model__sounds=word)
    return condition


def phone_prefixes(text: str) -> list[str]:
    """How a stored phone may begin when a person typed `text`, whole or in part.

    `9754` may be the start of a number of our own country or of one written with its country code.
    """
    digits = "".join(char for char in text if char.isdigit())
    prefixes = {f"+{digits}"}
    if digits.startswith("00"):
        prefixes = {f"+{digits[2:]}"}
    elif not _bare(text).startswith("+"):
        code = phonenumbers.country_code_for_region(settings.PHONE_DEFAULT_REGION)
        prefixes.add(f"+{code}{digits.lstrip('0')}")
    with suppress(PhoneError):  # part of a number is no number, and is found by the prefixes above
        prefixes.add(parse_phone(text))
    return sorted(prefixes)


def _bare(text: str) -> str:
    return re.sub(r"^\s*(whatsapp|tel|sms):", "", text, flags=re.IGNORECASE).strip()


def _any_of(lookup: str, values: list[str]) -> Q:
    condition = Q()
    for value in values:
        condition |= Q(**{lookup: value})
    return condition


def _all_of(lookup: str, values: list[str]) -> Q:
    condition = Q()
    for value in values:
        condition &= Q(**{lookup: value})
    return condition

"""What a person types into a search box, as a condition on contacts or vehicles."""

import re
from collections.abc import Sequence
from contextlib import suppress

import phonenumbers
from django.db.models import Q

from contacts.addresses import Address
from contacts.permissions import may_see_addresses
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import phone_key, spellings
from contacts.search.lookups import sounds
from waproject.core.admin.lists import LONGEST_SEARCH
from waproject.tenants.preferences import preferences

_USER_ID = re.compile(r"[A-Za-z]{2}\.[A-Za-z0-9]+")


def contact_condition(text: str, path: str = "", *, sees_addresses: bool | None = None) -> Q:
    """Contacts whose phone begins with the digits typed, or whose name or email has the words.

    Each kind of text looks at one column, so that a phone is found by its index. `path` leads
    from the searched model to the contact (`contact__`). Users who read addresses masked find
    them whole alone: letter by letter, a search would tell them. `sees_addresses` says whether the
    user reads them in full; None: as the user of the request does.
    """
    text = text[:LONGEST_SEARCH].strip()
    whole = not (may_see_addresses() if sees_addresses is None else sees_addresses)
    if "@" in text:
        return Q(**{f"{path}email__{'iexact' if whole else 'sounds'}": text})
    if _USER_ID.fullmatch(text):
        begins = "exact" if whole else "prefix"
        rows = Address.objects.filter(**{f"key__{begins}": text.upper()[:2] + text[2:]})
        return Q(**{f"{path}pk__in": rows.values("contact")})
    if _is_of_a_phone(text):
        prefixes = phone_prefixes(text, whole=whole)
        keys = [phone_key(one) for one in prefixes if len(spellings(one)) > 1]
        same = Q(**{f"{path}phone_key__in": keys}) if keys else Q()
        return _any_of(f"{path}phone__prefix", prefixes) | same
    return _all_of(f"{path}name__sounds", text.split())


def vehicle_condition(
    text: str, makes: Sequence[str], models: Sequence[str], *, with_owner: bool = True
) -> Q:
    """Vehicles by the words of make and model and by the year, or by their owner's phone.

    `makes` and `models` are those that there are: few, and so each word is compared with them and
    not with every vehicle.
    """
    text = text[:LONGEST_SEARCH]
    if (
        with_owner
        and sum(map(str.isdigit, text)) > 4
        and not any(char.isalpha() for char in _bare(text))
    ):
        return contact_condition(text, "contact__")
    condition = Q()
    for word in text.split():
        named = Q(model__in=[one for one in models if sounds(one, word)])
        if re.fullmatch(r"(19|20)\d\d", word):
            condition &= Q(year=int(word)) | named
        else:
            condition &= Q(make__in=[one for one in makes if sounds(one, word)]) | named
    return condition


def seeks_an_address(text: str) -> bool:
    """Whether what is typed is looked for among phones and other addresses, not among names."""
    text = text[:LONGEST_SEARCH].strip()
    return "@" in text or bool(_USER_ID.fullmatch(text)) or _is_of_a_phone(text)


def phone_prefixes(text: str, *, whole: bool = False) -> list[str]:
    """How a stored phone may begin when a person typed `text`, whole or in part.

    `9754` may be the start of a number of our own country or of one written with its country code.
    With `whole`, a part of a number begins none.
    """
    if whole:
        with suppress(PhoneError):
            return [parse_phone(text)]
        return []
    digits = "".join(char for char in text if char.isdigit())
    prefixes = {f"+{digits}"}
    if digits.startswith("00"):
        prefixes = {f"+{digits[2:]}"}
    elif not _bare(text).startswith("+"):
        code = phonenumbers.country_code_for_region(preferences().phone_region)
        prefixes.add(f"+{code}{digits.lstrip('0')}")
    with suppress(PhoneError):  # part of a number is no number, and is found by the prefixes above
        prefixes.add(parse_phone(text))
    return sorted(prefixes)


def _is_of_a_phone(text: str) -> bool:
    has_digits = any(char.isdigit() for char in text)
    return has_digits and not any(char.isalpha() for char in _bare(text))


def _bare(text: str) -> str:
    return re.sub(r"^\s*(whatsapp|tel|sms):", "", text, flags=re.IGNORECASE).strip()


def _any_of(lookup: str, values: list[str]) -> Q:
    if not values:
        return Q(pk__in=[])
    condition = Q()
    for value in values:
        condition |= Q(**{lookup: value})
    return condition


def _all_of(lookup: str, values: list[str]) -> Q:
    condition = Q()
    for value in values:
        condition &= Q(**{lookup: value})
    return condition

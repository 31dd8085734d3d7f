"""The country to which an address belongs, by its calling code."""

from functools import lru_cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException

from contacts.phones.parsing import COUNTRIES

# A code of this region stands for no country: satellites, free numbers.
_NOWHERE = "001"
_LONGEST_CODE = 3


def country_of(address: str) -> str:
    """The two letters of the country of a phone (E.164) or of a WhatsApp user id such as CL.1234.

    "" when the address does not tell.
    """
    if address[2:3] == "." and address[:2].isalpha():
        return address[:2].upper()
    regions = _regions_of(address[1 : 1 + _LONGEST_CODE]) if address.startswith("+") else ()
    if len(regions) == 1:
        return "" if regions[0] == _NOWHERE else regions[0]
    return _looked_up(address) if regions else ""


def country_name(code: str) -> str:
    """The name of a country in the reader's language; its two letters where we have none."""
    return str(COUNTRIES.get(code, code))


@lru_cache(maxsize=1_000)
def _regions_of(beginning: str) -> tuple[str, ...]:
    """The regions that share the calling code with which these digits begin."""
    codes = (beginning[:length] for length in range(1, _LONGEST_CODE + 1) if beginning.isdecimal())
    # No calling code is the beginning of another.
    return next((found for code in codes if (found := _regions(int(code)))), ())


def _regions(code: int) -> tuple[str, ...]:
    return tuple(COUNTRY_CODE_TO_REGION_CODE.get(code, ()))


def _looked_up(phone: str) -> str:
    """Of a code that several countries share, such as that of North America."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except NumberParseException:
        return ""

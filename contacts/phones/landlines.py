"""Which numbers are landlines, as far as the digits show."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

# Chile's plan (Subtel): mobiles begin with 9. A fixed number may be ported to a mobile, so the
# library takes each number for either. A person with such a number who writes to us has WhatsApp.
_CHILE, _CHILEAN_MOBILE = "+56", "+569"
# Mobile numbers of the countries that most people here have: to ask the library takes 50 µs. In
# Mexico, the United States and some others a number does not tell; those never count.
_MOBILE = re.compile(
    r"\+(?:549|519|573|346|5939|5959|5989|591[67]|584[12]|502[345]|503[67]|5049|506[678]|5076)"
)


def is_landline(phone: str) -> bool:
    """Whether an E.164 number is a landline's; False where mobiles look the same, or unknown.

    Source: the line types of Google's libphonenumber, except for Chile.
    """
    if phone.startswith(_CHILE):
        return not phone.startswith(_CHILEAN_MOBILE)
    if _MOBILE.match(phone):
        return False
    try:
        number = phonenumbers.parse(phone, None)
    except NumberParseException:
        return False
    return phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE

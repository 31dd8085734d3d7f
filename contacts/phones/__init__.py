"""Phone numbers: what people write becomes E.164, or a reason why not.

parsing    a text -> E.164; E.164 -> as people write it
texts      the digits of a cell, free of what people and programs write around them
keys       the one spelling by which phones are compared
landlines  which numbers are no mobiles
zones      the time zones of a number
fields     the column that keeps the key
masks      addresses for those who may not read them in full
figures    prices, dates and years, which are no phones
"""

from contacts.phones.parsing import (
    COUNTRIES,
    PhoneError,
    parse_phone,
    shown_phone,
    spaced_phone,
)

__all__ = ["COUNTRIES", "PhoneError", "parse_phone", "shown_phone", "spaced_phone"]

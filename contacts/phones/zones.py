"""The time zone a person lives by: stated on the contact, or read off the phone number.

Numbers are looked up in Google's tables, which come with the phonenumbers library; nothing is asked
of the network. Most numbers have one zone. A mobile number of a country with several (Spain and the
Canaries) names them all: nothing tells in which of them its owner lives, so all of them count.
"""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

from waproject.tenants.preferences import preferences

if TYPE_CHECKING:
    from contacts.models import Contact
    from contacts.plain import PlainContact

# A number that may be anywhere in more zones than this (Russia has 16; a toll-free number of North
# America 42, from the Caribbean to Guam) says nothing about where its owner is.
ZONES_MOST = 16


def zone_names(contact: "Contact | PlainContact") -> str:
    """The zones by whose clocks a person lives, separated by spaces; nearly always one.

    The contact's own zone, or those of the phone number, or the business's when neither tells.
    """
    if contact.time_zone:
        return contact.time_zone
    return " ".join(zones_of_phone(contact.phone or "")) or preferences().time_zone


def zones_of_phone(phone: str) -> tuple[str, ...]:
    """The zones of a number in E.164; none when it is unknown or could be nearly anywhere."""
    try:
        names = tuple(time_zones_for_number(parse(phone)))
    except NumberParseException:
        return ()
    return () if UNKNOWN_TIMEZONE in names or len(names) > ZONES_MOST else names


def read_zones(names: str) -> tuple[ZoneInfo, ...]:
    """The zones that `zone_names` wrote; the business's for an empty text."""
    return tuple(ZoneInfo(name) for name in (names or preferences().time_zone).split())

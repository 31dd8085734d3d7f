"""Which users may see people and their addresses, and figures about small groups of people."""

from typing import Any

from django.utils.translation import gettext as _

from contacts.phones import spaced_phone
from contacts.phones.masks import masked, masked_text
from contacts.states import STAND_IN
from waproject.core.readers import reader_has

# Names, phones and texts of people are shown to users with this permission, on every page.
SEE_PEOPLE = "contacts.view_contact"
# Phones, e-mails and other addresses are shown in full to users with this one, else masked.
SEE_ADDRESSES = "contacts.view_full_address"
# A smaller number says something about single persons: “1” for an audience of one phone.
FEWEST_COUNTED = 5


def may_see_people(user: Any) -> bool:
    """Whether pages may show this user names, phones and texts of people."""
    return bool(user.has_perm(SEE_PEOPLE))


def may_count_people(user: Any, count: int) -> bool:
    """Whether this user may be told figures about a group of `count` people."""
    return count >= FEWEST_COUNTED or may_see_people(user)


def may_see_addresses(reader: Any = None) -> bool:
    """Whether this user may read addresses in full; without one, the user of the request.

    True where there is no such user: for the system, and for an operator at the command line.
    """
    return reader_has(SEE_ADDRESSES) if reader is None else bool(reader.has_perm(SEE_ADDRESSES))


def shown_address(address: str | None, reader: Any = None) -> str:
    """A phone, e-mail or other address as this user may read it; "" for none.

    Without a user, it is the one for whom the page or file is made (waproject.core.readers).
    """
    if not address:
        return ""
    if address.startswith(STAND_IN):
        return _("erased (%(number)s)") % {"number": address.removeprefix(STAND_IN)}
    return address if may_see_addresses(reader) else masked(address)


def said_address(address: str | None, reader: Any = None) -> str:
    """As shown_address; a phone in full as people write it: `+56 9 6759 8229`."""
    shown = shown_address(address, reader)
    return spaced_phone(shown) if shown == address and shown.startswith("+") else shown


def shown_text(text: str, reader: Any = None) -> str:
    """A text as this user may read it: with the phones in it masked, or as it is."""
    return text if may_see_addresses(reader) else masked_text(text)

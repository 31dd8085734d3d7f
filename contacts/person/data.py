"""What is on record of a person, in words, as the reader of the page may see it."""

from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from contacts.models import Address, Contact
from contacts.permissions import may_see_addresses, shown_address, shown_text
from contacts.phones import shown_phone
from contacts.phones.zones import zone_names
from contacts.states import AddressChannel
from waproject.core.text.moments import said


class Pair(NamedTuple):
    title: str
    value: str
    note: str = ""


def in_words(address: str) -> str:
    """An address as people write it: `+56 9 6759 8229`; masked for who may not read it in full."""
    is_phone = address.startswith("+") and may_see_addresses()
    return shown_phone(address) if is_phone else shown_address(address)


def data_of(contact: Contact) -> list[Pair]:
    """What is known of the person, without what is empty."""
    pairs = [
        *_addresses(contact),
        Pair(_("Email"), shown_address(contact.email)),
        Pair(_("Language"), _language(contact.language)),
        Pair(_("Time"), _local_time(contact)),
        *_further_fields(contact),
        Pair(_("Since"), said(contact.created_at, with_clock=False)),
    ]
    return [pair for pair in pairs if pair.value]


def _addresses(contact: Contact) -> Iterator[Pair]:
    """Phone and other addresses; where the provider reaches nobody there, since when."""
    rows = list(contact.addresses.all())
    blocks = [one for one in rows if one.bars_phone]
    if contact.phone:
        yield Pair(_("Phone"), in_words(contact.phone), "; ".join(map(_blocked, blocks)))
    for row in rows:
        if not row.bars_phone:
            yield Pair(_title(row), in_words(row.value), _blocked(row))


def _title(row: Address) -> str:
    is_phone = row.channel == AddressChannel.PHONE
    return _("Second phone") if is_phone else capfirst(row.get_channel_display())


def _blocked(row: Address) -> str:
    if not row.blocked_at:
        return ""
    return _("%(channel)s: unreachable since %(since)s") % {
        "channel": row.get_channel_display(),
        "since": row.barred,
    }


def _language(code: str) -> str:
    """`Spanish` for `es` and `es-cl`; the code itself where the language is not known."""
    try:
        return capfirst(get_language_info(code)["name_translated"]) if code else ""
    except KeyError:
        return code


def _local_time(contact: Contact) -> str:
    """`Santiago, 10:56`; "" where several zones may be the person's."""
    names = zone_names(contact).split()
    if len(names) != 1:
        return ""
    place = names[0].rpartition("/")[2].replace("_", " ")
    return f"{place}, {timezone.localtime(timezone=ZoneInfo(names[0])):%H:%M}"


def _further_fields(contact: Contact) -> Iterator[Pair]:
    for name, value in contact.custom_fields.items():
        yield Pair(capfirst(name), shown_text(str(value)))

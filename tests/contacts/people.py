"""People whom the provider knows by something else than a phone."""

from typing import Any

from contacts.models import Address, Contact


def known_as(address: str, *, channel: str = "whatsapp", **fields: Any) -> Contact:
    """A contact with this address, by default a WhatsApp user id, besides the phone in `fields`."""
    contact = Contact.objects.create(**fields)
    add_address(contact, address, channel=channel)
    return contact


def add_address(contact: Contact, address: str, *, channel: str = "whatsapp") -> Address:
    return Address.objects.create(contact=contact, channel=channel, value=address)


def block(contact: Contact, channel: str, code: str = "63024") -> None:
    """As when the provider could not reach the person on the channel."""
    Contact.objects.filter(pk=contact.pk).block_channel(channel, code)

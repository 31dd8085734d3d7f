"""People, their addresses and their vehicles."""

from typing import Any

from contacts.models import Address, Contact, Vehicle
from tests.factories import numbers


def person(**fields: Any) -> Contact:
    """A contact with a phone of its own."""
    return Contact.objects.create(**{"phone": f"+5691{next(numbers):07}", **fields})


def people(count: int, *, phones: str = "+5697{:07}", **fields: Any) -> list[Contact]:
    """So many contacts, made at once; their phones are `phones` with 0, 1, 2 …

    A text among the fields may hold the same number: `name="Ana {}"`.
    """
    return Contact.objects.bulk_create(
        Contact(phone=phones.format(n), **{name: _numbered(v, n) for name, v in fields.items()})
        for n in range(count)
    )


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


def vehicle(contact: Contact, make: str = "Toyota", model: str = "Yaris", **fields: Any) -> Vehicle:
    created_at = fields.pop("created_at", None)
    made = Vehicle.objects.create(
        **{"contact": contact, "make": make, "model": model, "year": 2018, **fields}
    )
    if created_at:
        Vehicle.objects.filter(pk=made.pk).update(created_at=created_at)
    return made


def _numbered(value: Any, number: int) -> Any:
    return value.format(number) if isinstance(value, str) else value

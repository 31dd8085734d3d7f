"""People and vehicles as plain rows, for work that reads everyone.

As instances of models they would take longer to read than all the rest of a launch.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from contacts.permissions import said_address


class PlainVehicle(NamedTuple):
    """Columns of a vehicle, under their names."""

    pk: int
    make: str
    model: str
    year: int
    price: Decimal | None
    link: str


class PlainContact(NamedTuple):
    """Columns of a contact, under their names (ContactQuerySet.with_id_for_phone has one)."""

    pk: int
    phone: str | None
    phone_key: str | None
    id_for_phone: str | None
    name: str
    email: str
    custom_fields: dict[str, Any]
    time_zone: str
    status: str

    def __str__(self) -> str:
        return f"{self.name} {said_address(self.address)}".strip()

    @property
    def address(self) -> str:
        """Where a campaign may write: E.164 phone, else the WhatsApp user id, else ""."""
        return self.phone or self.id_for_phone or ""

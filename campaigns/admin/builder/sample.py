"""A few of the people of an audience, below the conditions that they fit."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from campaigns.audience.filters import Audience
from contacts.models import Vehicle
from contacts.person.data import in_words
from contacts.person.prices import price_in_words
from optouts.reachability import may_write
from waproject.core.text.avatars import named

SAMPLED = 5


@dataclass(frozen=True)
class Sampled:
    """One of the people of an audience, as its page shows them."""

    person: Any
    vehicle: Vehicle | None

    @property
    def shown(self) -> SafeString | str:
        address = in_words(self.person.address)
        return named(self.person.name, address) if self.person.name else address

    @property
    def price(self) -> str:
        if self.vehicle is None or self.vehicle.price is None:
            return ""
        return price_in_words(self.vehicle.price)


def sample_of(audience: Audience, channel: str) -> list[Sampled]:
    """Some who would get the message, each with the vehicle to speak of. Three queries."""
    found = audience.matches().filter(may_write(channel)).prefetch_related("addresses")
    people = list(found[:SAMPLED])
    vehicles = Vehicle.objects.in_bulk([one.vehicle_id for one in people if one.vehicle_id])
    return [Sampled(one, vehicles.get(one.vehicle_id or 0)) for one in people]

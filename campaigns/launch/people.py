"""What each person of an audience would get, and whether they may get it.

The preflight counts it, a launch writes it down: both by the same decisions.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from campaigns.audience.filters import Audience
from campaigns.launch.texts import is_too_long, renderer
from campaigns.models import Campaign
from contacts.models import Address, Vehicle
from contacts.phones.landlines import is_landline
from contacts.phones.zones import zone_names
from contacts.plain import PlainContact, PlainVehicle
from messaging.delivery.reasons import NO_REASON, NotSent, Why, why
from messaging.models import Channel, Conversation
from messaging.texts.rendering import Rendered
from optouts.models import Hold, OptOut
from optouts.reachability import Barrier, Standing, why_not
from waproject.core.db.bulk_lookup import each

# How many people are in memory, and become recipients, at a time.
BATCH = 1_000
# How many ids one search finds. The first search finds the ids of two batches.
PAGE = 250_000


class Addressee(NamedTuple):
    """One person of an audience, with the vehicle to speak of, the address and the text.

    `barrier` keeps them from being written to, whatever the text; None when nothing does.
    `time_zone` is as in Recipient.
    """

    contact: PlainContact
    vehicle: PlainVehicle | None
    address: str
    time_zone: str
    rendered: Rendered
    too_long: bool
    barrier: Barrier | None

    @property
    def hindrance(self) -> Why:
        """Why this person is not written to, at any hour; false when nothing is in the way."""
        if self.barrier:
            return why(self.barrier)
        if self.rendered.missing:
            return why(NotSent.MISSING, names=", ".join(self.rendered.missing))
        return why(NotSent.TOO_LONG) if self.too_long else NO_REASON


def addressees(
    campaign: Campaign, audience: Audience, *, after: int = 0, until: int | None = None
) -> Iterator[list[Addressee]]:
    """Everyone in the audience by the order of their ids, in batches: one is in memory at a time.

    `after` and `until` are ids of contacts, the latter included: a launch goes on from where it was
    and leaves out contacts added after its start.
    """
    channel = campaign.sender.channel
    message, too_long = renderer(campaign), is_too_long(campaign)
    known = _Known(channel)
    # Looking up the zone of every number would double the work of a launch: only hours need it.
    anytime = campaign.hours.always_open

    def addressee(contact: PlainContact, vehicle: PlainVehicle | None) -> Addressee:
        rendered, person = message.render(contact, vehicle), known.standing(contact)
        return Addressee(
            contact,
            vehicle,
            person.address or "",
            "" if anytime else zone_names(contact),
            rendered,
            too_long(rendered),
            why_not(person),
        )

    for ids in _batches(audience, after, until):
        people = audience.described(ids).values_list("vehicle_id", *PlainContact._fields)
        found = list(_with_vehicles(people))
        known.look([contact for contact, _vehicle in found])
        yield [addressee(contact, vehicle) for contact, vehicle in found]


class _Known:
    """What decides whether people may be written to on a channel, of a batch at a time."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.held = set(Hold.objects.open().values_list("contact_id", flat=True))
        blocks = Address.objects.blocked().filter(channel=channel)
        self.blocked = set(blocks.values_list("contact_id", "value"))
        self.landlines: set[int] = set()
        self.opted_out: set[str] = set()

    def look(self, people: Sequence[PlainContact]) -> None:
        """Look at the numbers of the next batch."""
        self.opted_out = OptOut.objects.listed(one.phone_key for one in people if one.phone_key)
        if self.channel == Channel.WHATSAPP:
            self.landlines = _landlines_without_whatsapp(people)

    def standing(self, contact: PlainContact) -> Standing:
        address = contact.phone if self.channel == Channel.SMS else contact.address
        return Standing(
            contact.status,
            address,
            number_is_out=contact.phone_key in self.opted_out,
            is_unmerged=bool(contact.phone) and not contact.phone_key,
            is_held=contact.pk in self.held,
            is_blocked=(contact.pk, address) in self.blocked,
            is_landline=contact.pk in self.landlines,
        )


def _batches(audience: Audience, after: int, until: int | None) -> Iterator[list[int]]:
    """Ids of the people, a batch at a time.

    The ids are found a page at a time, each page after the last id of the one before. A search may
    have to look through all vehicles, so there are few. No search is open while the caller writes:
    SQLite could not write then.
    """
    everyone = audience.matches().values_list("pk", flat=True)
    if until is not None:
        everyone = everyone.filter(pk__lte=until)
    size = 2 * BATCH
    while page := list(everyone.filter(pk__gt=after)[:size]):
        for start in range(0, len(page), BATCH):
            yield page[start : start + BATCH]
        if len(page) < size:
            return
        after, size = page[-1], PAGE


def _landlines_without_whatsapp(people: Iterable[PlainContact]) -> set[int]:
    """The ids of people with a landline's number who never wrote by WhatsApp from it."""
    landlines = {one.pk for one in people if one.phone and is_landline(one.phone)}
    if not landlines:
        return landlines
    # Only a person's message opens a window, and only WhatsApp has windows.
    wrote = Conversation.objects.filter(
        contact__in=each(int, landlines), window_expires_at__isnull=False
    )
    return landlines.difference(wrote.values_list("contact_id", flat=True))


def _with_vehicles(
    people: "QuerySet[Any, tuple[Any, ...]]",
) -> Iterator[tuple[PlainContact, PlainVehicle | None]]:
    rows = list(people)
    vehicles = _vehicles([vehicle for vehicle, *_columns in rows if vehicle])
    for pk, *columns in rows:
        yield PlainContact(*columns), vehicles.get(pk)


def _vehicles(ids: Sequence[int]) -> dict[int | None, PlainVehicle]:
    found = Vehicle.objects.filter(pk__in=each(int, ids)).order_by()
    return {row[0]: PlainVehicle._make(row) for row in found.values_list(*PlainVehicle._fields)}

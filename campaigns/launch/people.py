"""What each person of an audience would get, and whether they may get it.

The preflight counts it, a launch writes it down: both by the same decisions.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from campaigns.audience import Audience
from campaigns.launch.texts import longest_text, text_and_mapping
from campaigns.models import Campaign
from contacts.landlines import is_landline
from contacts.models import Address, Vehicle
from contacts.plain import PlainContact, PlainVehicle
from contacts.zones import zone_names
from messaging.models import Channel, Conversation
from messaging.rendering import Rendered, Renderer
from optouts.models import Hold, OptOut
from optouts.reachability import Barrier, Standing, why_not
from waproject.core.db.bulk_lookup import each

# So many people are in memory, and become recipients, at a time.
BATCH = 1_000
# So many ids are found by one search; by the first search, those of two batches.
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


def addressees(
    campaign: Campaign, audience: Audience, *, after: int = 0, until: int | None = None
) -> Iterator[list[Addressee]]:
    """Everyone in the audience by the order of their ids, in batches: one is in memory at a time.

    `after` and `until` are ids of contacts, the latter included: a launch goes on from where it was
    and does not take in whoever came since it began.
    """
    channel = campaign.sender.channel
    renderer, longest = Renderer(*text_and_mapping(campaign)), longest_text(campaign)
    known = _Known(channel)
    # To look every number up would double the work of a launch, so only those who need it do.
    anytime = campaign.hours.always_open

    def addressee(contact: PlainContact, vehicle: PlainVehicle | None) -> Addressee:
        rendered, person = renderer.render(contact, vehicle), known.standing(contact)
        return Addressee(
            contact,
            vehicle,
            person.address or "",
            "" if anytime else zone_names(contact),
            rendered,
            len(rendered.text) > longest,
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

    They are found a page at a time, from the last id on: each search may have to look through all
    vehicles, so there are few of them; and none is open while the caller writes, which would keep
    SQLite from writing at all.
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
    """The ids of those whose number is a landline's and who never wrote by WhatsApp from it."""
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

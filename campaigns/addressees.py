"""What each person of an audience would get, and whether they may get it.

The preflight counts it, a launch writes it down: both by the same decisions.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet

from campaigns import reasons
from campaigns.audience import Audience
from campaigns.models import Campaign
from contacts.bulk_lookup import each
from contacts.landlines import is_landline
from contacts.models import ChannelBlock, Vehicle
from contacts.plain import PlainContact, PlainVehicle
from contacts.zones import zone_names
from messaging.models import Channel, Conversation
from messaging.rendering import Rendered, Renderer
from optouts.models import Hold

BATCH = 2_000
# Twilio: a template's text with its variables on WhatsApp (63021), any other text (21617).
TEMPLATE_MOST = 1_024
TEXT_MOST = 1_600


class Addressee(NamedTuple):
    """One person of an audience, with the vehicle to speak of, the address and the text.

    `barred` says why they may not be written to, whatever the text; None when they may.
    `time_zone` is as in Recipient.
    """

    contact: PlainContact
    vehicle: PlainVehicle | None
    address: str
    time_zone: str
    rendered: Rendered
    too_long: bool
    barred: reasons.Text | None


def text_and_mapping(campaign: Campaign) -> tuple[str, dict[str, Any]]:
    """The campaign's text with its placeholders, and where their values come from."""
    if campaign.template:
        return campaign.template.body, campaign.template.variables
    return campaign.message_template, {}


def longest_text(campaign: Campaign) -> int:
    """How many characters of text the provider takes."""
    by_template = campaign.template and campaign.sender.channel == Channel.WHATSAPP
    return TEMPLATE_MOST if by_template else TEXT_MOST


def addressees(campaign: Campaign, audience: Audience) -> Iterator[list[Addressee]]:
    """Everyone in the audience, in batches: one is in memory at a time."""
    channel = campaign.sender.channel
    renderer, longest = Renderer(*text_and_mapping(campaign)), longest_text(campaign)
    held = set(Hold.objects.open().values_list("contact_id", flat=True))
    blocks = ChannelBlock.objects.filter(channel=channel)
    blocked = set(blocks.values_list("contact_id", flat=True))
    # To look every number up would double the work of a launch, so only those who need it do.
    anytime = campaign.hours.always_open

    def addressee(
        contact: PlainContact, vehicle: PlainVehicle | None, landlines: Container[int]
    ) -> Addressee:
        rendered = renderer.render(contact, vehicle)
        address = (contact.phone or "") if channel == Channel.SMS else contact.address
        barred = reasons.why_not_writable(contact.status, contact.pk in held, contact.pk in blocked)
        if contact.pk in landlines:
            barred = barred or reasons.LANDLINE
        return Addressee(
            contact,
            vehicle,
            address,
            "" if anytime else zone_names(contact),
            rendered,
            len(rendered.text) > longest,
            barred or (None if address else reasons.NO_ADDRESS),
        )

    for batch in _with_vehicles(audience.matches()):
        people = [contact for contact, _vehicle in batch]
        landlines = _landlines_without_whatsapp(people) if channel == Channel.WHATSAPP else ()
        yield [addressee(contact, vehicle, landlines) for contact, vehicle in batch]


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
    people: "QuerySet[Any]",
) -> Iterator[list[tuple[PlainContact, PlainVehicle | None]]]:
    rows = people.values_list("vehicle_id", *PlainContact._fields).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        vehicles = _vehicles([vehicle for vehicle, *_columns in batch if vehicle])
        yield [(PlainContact(*columns), vehicles.get(pk)) for pk, *columns in batch]


def _vehicles(ids: Sequence[int]) -> dict[int | None, PlainVehicle]:
    found = Vehicle.objects.filter(pk__in=each(int, ids)).order_by()
    return {row[0]: PlainVehicle._make(row) for row in found.values_list(*PlainVehicle._fields)}

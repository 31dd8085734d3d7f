"""Turning an audience into recipients: address, text and first status, as they are at launch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from campaigns import reasons
from campaigns.audience import Audience
from campaigns.models import Campaign, Recipient
from campaigns.moves import record_first_states
from campaigns.sending.calendar import Calendar
from campaigns.states import RecipientStatus
from contacts.models import Contact, Vehicle
from contacts.zones import zone_names
from messaging.models import Channel
from messaging.rendering import Renderer
from optouts.models import Hold

if TYPE_CHECKING:
    from campaigns.audience import Person

BATCH = 2_000
# Twilio: a template's text with its variables on WhatsApp (63021), any other text (21617).
TEMPLATE_MOST = 1_024
TEXT_MOST = 1_600


@dataclass(frozen=True, slots=True)
class Frozen:
    """How many recipients a launch made, and how many of them are to be written to."""

    total: int
    pending: int


def freeze_recipients(campaign: Campaign, *, now: datetime) -> Frozen:
    """Make a recipient of everyone in the campaign's audience, in the caller's transaction.

    Whoever cannot be written to (opted out, invalid, held, a variable missing, a text too long, no
    sending hour before the end) becomes a skipped recipient that says why. Whoever is outside their
    hours waits for the next opening.
    """
    freezer = _Freezer(campaign, now)
    total = pending = 0
    for people in _batches(Audience.from_json(campaign.audience)):
        made = Recipient.objects.bulk_create(freezer.freeze(people))
        skipped = [one for one in made if one.status == RecipientStatus.SKIPPED]
        record_first_states(skipped, at=now)
        total += len(made)
        pending += len(made) - len(skipped)
    return Frozen(total, pending)


def _batches(audience: Audience) -> "Iterator[list[Person]]":
    people = audience.matches().iterator(chunk_size=BATCH)
    while batch := list(islice(people, BATCH)):
        yield batch


class _Freezer:
    """What every batch of one launch shares."""

    def __init__(self, campaign: Campaign, now: datetime) -> None:
        template = campaign.template
        self.campaign = campaign
        self.now = now
        self.sms = campaign.sender.channel == Channel.SMS
        self.longest = TEMPLATE_MOST if template and not self.sms else TEXT_MOST
        self.renderer = Renderer(
            template.body if template else campaign.message_template,
            template.variables if template else {},
        )
        self.calendar = Calendar(campaign, now)
        self.held = set(Hold.objects.open().values_list("contact_id", flat=True))

    def freeze(self, people: "list[Person]") -> list[Recipient]:
        vehicles = Vehicle.objects.in_bulk([one.vehicle_id for one in people if one.vehicle_id])
        return [self.recipient(one, vehicles.get(one.vehicle_id)) for one in people]

    def recipient(self, contact: Contact, vehicle: Vehicle | None) -> Recipient:
        rendered = self.renderer.render(contact, vehicle)
        address = contact.phone if self.sms else contact.address
        # To look every number up would double the work of a launch, so only those who need it do.
        time_zone = "" if self.campaign.hours.always_open else zone_names(contact)
        turn = self.calendar.turn(time_zone)
        reason = reasons.why_not_writable(contact.status, contact.pk in self.held)
        if reason is None and not address:
            reason = reasons.NO_ADDRESS
        if reason is None and rendered.missing:
            reason = reasons.words(reasons.MISSING, names=", ".join(rendered.missing))
        if reason is None and len(rendered.text) > self.longest:
            reason = reasons.TOO_LONG
        if reason is None and turn is None:
            reason = reasons.ENDED
        return Recipient(
            campaign=self.campaign,
            contact=contact,
            vehicle=vehicle,
            phone=address or "",
            body=rendered.text,
            time_zone=time_zone,
            variables=rendered.variables,
            not_before=turn if turn != self.now and not reason else None,
            status=RecipientStatus.SKIPPED if reason else RecipientStatus.PENDING,
            reason=reasons.words(reason) if reason else "",
            skipped_at=self.now if reason else None,
        )

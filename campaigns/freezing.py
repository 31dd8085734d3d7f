"""Turning an audience into recipients: address, text and first status, as they are at launch."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection

from campaigns import reasons
from campaigns.audience import Audience
from campaigns.models import Campaign, Recipient
from campaigns.moves import record_first_states
from campaigns.sending.calendar import Calendar
from campaigns.states import RecipientStatus
from contacts.bulk_insert import insert_rows, refresh_statistics
from contacts.models import ChannelBlock, Contact, Vehicle
from contacts.zones import zone_names
from messaging.models import Channel, new_token
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
    total = 0
    for people in _batches(Audience.from_json(campaign.audience)):
        rows = freezer.freeze(people)
        insert_rows(Recipient, freezer.fields, rows)
        total += len(rows)
    skipped = campaign.recipients.filter(status=RecipientStatus.SKIPPED)
    recorded = record_first_states(skipped, at=now)
    refresh_statistics(Recipient)
    return Frozen(total, total - recorded)


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
        blocks = ChannelBlock.objects.filter(channel=campaign.sender.channel)
        self.blocked = set(blocks.values_list("contact_id", flat=True))
        self.blank = _blank_row(campaign_id=campaign.pk, created_at=now)
        self.fields = [str(Recipient._meta.get_field(name).name) for name in self.blank]

    def freeze(self, people: "list[Person]") -> list[tuple[Any, ...]]:
        vehicles = Vehicle.objects.in_bulk([one.vehicle_id for one in people if one.vehicle_id])
        return [self.recipient(one, vehicles.get(one.vehicle_id)) for one in people]

    def recipient(self, contact: Contact, vehicle: Vehicle | None) -> tuple[Any, ...]:
        """The row of one person, in the order of `fields`."""
        rendered = self.renderer.render(contact, vehicle)
        address = contact.phone if self.sms else contact.address
        # To look every number up would double the work of a launch, so only those who need it do.
        time_zone = "" if self.campaign.hours.always_open else zone_names(contact)
        turn = self.calendar.turn(time_zone)
        reason = reasons.why_not_writable(
            contact.status, contact.pk in self.held, contact.pk in self.blocked
        )
        if reason is None and not address:
            reason = reasons.NO_ADDRESS
        if reason is None and rendered.missing:
            reason = reasons.words(reasons.MISSING, names=", ".join(rendered.missing))
        if reason is None and len(rendered.text) > self.longest:
            reason = reasons.TOO_LONG
        if reason is None and turn is None:
            reason = reasons.ENDED
        own = {
            "contact_id": contact.pk,
            "vehicle_id": vehicle.pk if vehicle else None,
            "phone": address or "",
            "body": rendered.text,
            "time_zone": time_zone,
            "variables": json.dumps(rendered.variables),
            "not_before": _moment(turn if turn != self.now and not reason else None),
            "status": (RecipientStatus.SKIPPED if reason else RecipientStatus.PENDING).value,
            "reason": reasons.words(reason) if reason else "",
            "skipped_at": _moment(self.now if reason else None),
            "token": new_token(),
        }
        return tuple((self.blank | own).values())


# What each row says for itself; of the other columns, those that must not be null are written.
_OWN = {"vehicle_id", "variables", "not_before", "skipped_at"}


def _blank_row(**shared: Any) -> dict[str, Any]:
    """What all rows of one launch have in common, by column, as the database's driver takes it."""
    columns = [
        column
        for column in Recipient._meta.concrete_fields
        if not column.primary_key and (not column.null or column.attname in _OWN)
    ]
    return {
        column.attname: None
        if column.attname in _OWN
        else column.get_db_prep_save(shared.get(column.attname, column.get_default()), connection)
        for column in columns
    }


def _moment(at: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(at)

"""The person beside the conversation: what the business knows of them."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contacts.models import Contact, Tag, Vehicle
from messaging.inbox.models import NextStep
from messaging.inbox.reading.around import Around
from messaging.inbox.reading.campaigns import CampaignOfPerson, campaign_reader
from messaging.models import Conversation
from optouts.models import ConsentEvent
from optouts.reachability import Barrier, barrier
from waproject.core.admin import chips

CAMPAIGNS, EVENTS = 5, 4
_TONES = {
    Barrier.OPTED_OUT: "",
    Barrier.INVALID: chips.BAD,
    Barrier.BLOCKED: chips.BAD,
    Barrier.HELD: chips.WARN,
}


@dataclass(frozen=True, slots=True)
class Card:
    """`standing` says whether campaigns may write to the person, with the tone of its chip."""

    contact: Contact
    standing: str
    tone: str
    tags: list[Tag]
    talk_tags: list[Tag]
    next_step: NextStep | None
    vehicles: list[Vehicle]
    campaigns: list[CampaignOfPerson]
    events: list[ConsentEvent]


def card_of(conversation: Conversation, around: Around, reader: Any) -> Card:
    """What this reader may see of the person. At most seven queries."""
    contact = conversation.contact
    of_channel = barrier(conversation.sender.channel)
    code = Contact.objects.filter(pk=contact.pk).values_list(of_channel, flat=True).get()
    sees_vehicles = reader.has_perm("contacts.view_vehicle")
    sees_campaigns = reader.has_perm("campaigns.view_recipient")
    sees_events = reader.has_perm("optouts.view_consentevent")
    return Card(
        contact,
        capfirst(str(Barrier(code).label)) if code else _("May be written to"),
        _TONES.get(Barrier(code), chips.WARN) if code else chips.GOOD,
        list(contact.tags.all()),
        list(conversation.tags.all()),
        around.next_step,
        contact.newest_vehicles if sees_vehicles else [],
        campaign_reader().of_person(contact.pk, CAMPAIGNS) if sees_campaigns else [],
        list(ConsentEvent.objects.filter(contact=contact)[:EVENTS]) if sees_events else [],
    )

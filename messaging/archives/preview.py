"""What the restoration of an archive would do: nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from contacts.models import Contact
from messaging.archives.content import figures_of
from messaging.archives.restoring import (
    CannotRestore,
    is_back,
    known_among,
    person_here,
    said_in_sentences,
)
from messaging.models import Sender


@dataclass(frozen=True, slots=True)
class Preview:
    """Whose conversation an archive is, of which days, and what of it is here already.

    `contact` is the person here, None for one who would be made; `further` are the senders that
    would be made, by name. `messages` counts those of the archive, `here` those that are known.
    """

    name: str
    address: str
    business: str
    made_at: datetime
    first_day: date | None
    last_day: date | None
    messages: int
    received: int
    sent: int
    here: int
    contact: Contact | None
    is_opted_out: bool
    senders: list[str]
    further: list[str]

    @property
    def missing(self) -> int:
        return self.messages - self.here


def preview_of(content: Mapping[str, Any]) -> Preview:
    """Raises CannotRestore for what is no archive, or not a whole one, and for erased people."""
    with said_in_sentences():
        figures, messages = content["figures"], content["messages"]
        if figures_of(messages) != figures:
            raise CannotRestore(_("The archive is damaged: its messages are not those it counts."))
        person, talks = content["contact"], content["conversations"]
        contact, made_at = person_here(person), _moment(content["made_at"])
        returned = contact is not None and is_back(contact, made_at)
        days = sorted(_day(one["created_at"]) for one in messages)
        return Preview(
            name=str(person["name"]),
            address=str(person["phone"] or next((a["value"] for a in person["addresses"]), "")),
            business=str(content["business"]),
            made_at=made_at,
            first_day=days[0] if days else None,
            last_day=days[-1] if days else None,
            messages=len(messages),
            received=figures["received"],
            sent=figures["sent"],
            here=len(known_among(messages)),
            contact=contact,
            is_opted_out=bool(person["is_opted_out"]) and not returned,
            senders=[_sender_name(one) for one in talks],
            further=[_sender_name(one) for one in talks if not _is_here(one)],
        )


def _sender_name(talk: Mapping[str, Any]) -> str:
    return str(talk["sender_name"] or talk["address"])


def _is_here(talk: Mapping[str, Any]) -> bool:
    return Sender.objects.filter(channel=talk["channel"], address=talk["address"]).exists()


def _day(text: str) -> date:
    return _moment(text).date()


def _moment(text: str) -> datetime:
    """On the clock of the business. Raises ValueError for any other text."""
    found = parse_datetime(text)
    if found is None or found.tzinfo is None:
        raise ValueError(text)
    return timezone.localtime(found)

"""A message from a person, what the registered handlers see of it, and what they may answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.models import Contact
from messaging.models import Conversation, Message, Sender

# Our address in a message that does not say to which one it was written.
UNKNOWN_ADDRESS = "unknown"
# What stands on a button or list item, and what its author wrote behind it.
CHOICES = ("ButtonText", "ButtonPayload", "ListTitle", "ListId")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came: to which of our addresses, from whom, and what it holds.

    Of `phone` (E.164), `user_id` (WhatsApp's id of a person) and `other` (any other address, as
    it came) those are set that the provider tells; none, when it tells nothing of who wrote.
    `is_machine`: an SMS from a short code (`2345`) or from a name (`Banco`); it is heard, and gets
    no answer. `is_late`: it found our door shut and was asked for later; there is no request that
    an answer could go to. `content` holds what is no text: media, location, buttons, lists,
    referral.
    """

    sid: str
    channel: str
    sender_address: str
    phone: str | None
    user_id: str | None
    name: str
    text: str
    type: str
    content: dict[str, Any]
    at: datetime
    other: str | None = None
    is_machine: bool = False
    is_late: bool = False

    @property
    def address(self) -> str:
        """Where it came from, as the log of messages keeps it; "" when that is not known."""
        return self.phone or self.user_id or self.other or ""

    @property
    def addresses(self) -> set[str]:
        """All that the message tells of where its person can be found."""
        return {one for one in (self.phone, self.user_id, self.other) if one}


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote a message. `twin` is another contact, which has their WhatsApp user id."""

    contact: Contact
    twin: Contact | None

    def lacks_address_of(self, arrival: Arrival) -> bool:
        """Whether the message came from an address that no contact has yet."""
        lacks_phone = arrival.phone and not self.contact.phone
        return bool(self.has_new_user_id(arrival) or lacks_phone)

    def has_new_user_id(self, arrival: Arrival) -> bool:
        """Whether the message tells a user id of the person that no contact has."""
        known = self.contact.whatsapp_user_id
        return bool(arrival.user_id and arrival.user_id != known and not self.twin)


@dataclass(frozen=True, slots=True, eq=False)
class Inbound:
    """A message already in the log, with its person (locked) and conversation, for the handlers.

    `twin` is another contact with the person's other address (their WhatsApp user id, while
    `contact` has the phone): the same person, known twice. `is_machine` and `is_late` are as in
    Arrival.
    """

    message: Message
    contact: Contact
    conversation: Conversation
    sender: Sender
    text: str
    twin: Contact | None = None
    is_machine: bool = False
    is_late: bool = False

    @property
    def people(self) -> list[Contact]:
        """The contacts that stand for who wrote; the one that answers first."""
        return [self.contact, self.twin] if self.twin else [self.contact]

    @property
    def choices(self) -> list[str]:
        """What the person said, each once: the text, then what the button or list item says."""
        content = self.message.content
        said = [self.text, *(str(content.get(name, "")) for name in CHOICES)]
        return list(dict.fromkeys(text for text in said if text.strip()))


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of the walk: what to answer, or "" to say nothing.

    `wants_human` asks for a person in the conversation; `content` is logged with the answer.
    """

    body: str
    wants_human: bool = False
    content: dict[str, Any] = field(default_factory=dict)


# Sees messages of different people, none of them answered yet; returns its replies. So it asks the
# database once for all of them. A message that gets no reply goes on to the next handler.
InboundHandler = Callable[[Sequence[Inbound]], Mapping[Inbound, Reply]]


def handlers() -> list[InboundHandler]:
    """The functions of INBOUND_HANDLERS, in their order."""
    return [import_string(name) for name in settings.INBOUND_HANDLERS]

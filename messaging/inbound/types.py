"""A message from a person, what the registered handlers see of it, and what they may answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.models import Contact
from messaging.content import CHOICES
from messaging.models import Conversation, Message, Sender
from messaging.providers.base import Arrival as Arrival


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote a message. `twin` is another contact, which has their WhatsApp user id.

    `new_user_id` is WhatsApp's id of them when no contact has it yet.
    """

    contact: Contact
    twin: Contact | None
    new_user_id: str | None = None

    def lacks_phone_of(self, arrival: Arrival) -> bool:
        """Whether the message came from a phone, and the contact has none."""
        return bool(arrival.phone and not self.contact.phone)


@dataclass(frozen=True, slots=True, eq=False)
class Inbound:
    """A message already in the log, with its person (locked) and conversation, for the handlers.

    `twin` is another contact with the person's other address (their WhatsApp user id, while
    `contact` has the phone): the same person, known twice. `is_machine`, `is_late` and
    `is_kept` are as in Arrival.
    """

    message: Message
    contact: Contact
    conversation: Conversation
    sender: Sender
    text: str
    twin: Contact | None = None
    is_machine: bool = False
    is_late: bool = False
    is_kept: bool = False

    @property
    def people(self) -> list[Contact]:
        """The contacts of the person who wrote; the contact that is answered comes first."""
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

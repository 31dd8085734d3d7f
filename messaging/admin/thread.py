"""The messages of a conversation as its page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from messaging.content import LATITUDE, LONGITUDE
from messaging.models import Conversation, Message
from messaging.states import Direction, MessageStatus

PAGE = 50

# As WhatsApp shows them: one tick for sent, two for delivered.
TICKS = {
    MessageStatus.SENT: "✓",
    MessageStatus.DELIVERED: "✓✓",
    MessageStatus.READ: "✓✓",
}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message, and what went wrong with it, in words."""

    message: Message
    problem: str | Promise = ""

    @property
    def is_ours(self) -> bool:
        return self.message.direction == Direction.OUTBOUND

    @property
    def ticks(self) -> str:
        return TICKS.get(MessageStatus(self.message.status), "")

    @property
    def place(self) -> str:
        """The coordinates of a location, or ""."""
        content = self.message.content
        if LATITUDE not in content:
            return ""
        return f"{content[LATITUDE]}, {content.get(LONGITUDE, '')}"


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of a conversation, oldest first; `earlier` asks for the page before it, if any."""

    bubbles: list[Bubble]
    earlier: int | None


def thread(conversation: Conversation, *, before: int | None = None) -> Thread:
    """The newest messages, or those just before the message with the id `before`."""
    newest = Message.objects.filter(conversation=conversation).order_by("-id")
    newest = newest.select_related("conversation__sender__account")
    if before is not None:
        newest = newest.filter(pk__lt=before)
    found = list(newest[: PAGE + 1])
    shown = found[:PAGE]
    earlier = shown[-1].pk if len(found) > PAGE else None
    return Thread(bubbles(reversed(shown)), earlier)


def bubbles(messages: Iterable[Message]) -> list[Bubble]:
    return [Bubble(message, message.error_meaning) for message in messages]

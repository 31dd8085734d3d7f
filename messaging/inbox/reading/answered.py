"""What a colleague wrote since a page was shown, so that nobody is answered twice."""

from typing import NamedTuple

from contacts.permissions import shown_text
from messaging import answers
from messaging.models import Conversation, Message
from waproject.accounts.models import User

QUOTED = 200
# So many of the newest messages are looked at: more do not come while somebody writes.
LOOKED_AT = 20


class Answered(NamedTuple):
    by: str
    text: str


def answered_since(talk: Conversation, seen: int, reader: User) -> Answered | None:
    """The last answer of a colleague that came after the message with the id `seen`; None for none.

    One that waits to be sent counts too.
    """
    waiting = answers.waiting_answers(talk).filter(asked_by__isnull=False)
    others = waiting.exclude(asked_by=reader).select_related("asked_by")
    if (last := others.last()) and last.asked_by:
        return _answered(last.asked_by, last.body)
    newer = Message.objects.outbound().filter(conversation=talk, pk__gt=seen).order_by("-pk")
    for message in newer[:LOOKED_AT]:
        writer = message.content.get("by")
        if writer and writer != reader.pk:
            found = User.objects.filter(pk=writer).first()
            return _answered(found, message.body) if found else None
    return None


def _answered(by: User, text: str) -> Answered:
    return Answered(by.get_full_name() or by.get_username(), shown_text(text)[:QUOTED])

"""What people wrote last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from contacts.permissions import may_see_people, said_address, shown_text
from messaging.models import Conversation, Message
from messaging.states import Direction

MOST = 5
# Of the latest messages so many are looked at.
LOOKED_AT = 40


@dataclass(frozen=True)
class Reply:
    person: str
    text: str
    at: datetime
    url: str


def replies(user: Any) -> list[Reply]:
    """The latest words of people whom nobody has read yet, for who may read them.

    An automatic answer reads nothing: whoever got one still waits for a person.
    """
    if not (may_see_people(user) and user.has_perm("messaging.view_conversation")):
        return []
    latest = Message.objects.filter(direction=Direction.INBOUND).order_by("-created_at", "-pk")
    found: dict[int, Reply] = {}
    for message in latest.select_related("conversation", "contact")[:LOOKED_AT]:
        talk = message.conversation
        if talk is not None and talk.has_unread and len(found) < MOST:
            found.setdefault(talk.pk, _reply(message, talk))
    return list(found.values())


def _reply(message: Message, talk: Conversation) -> Reply:
    person = message.contact
    name = (person.name if person else "") or said_address(message.phone) or str(talk.pk)
    return Reply(
        name,
        shown_text(message.body) or str(message.type_in_words),
        message.created_at,
        reverse("admin:inbox", query={"talk": talk.pk}),
    )

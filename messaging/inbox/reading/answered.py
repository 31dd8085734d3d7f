"""What a colleague wrote since a page was shown, so that nobody is answered twice."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

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


def waiting_mark(writer: Any, text: str) -> str:
    """By this a page says which waiting answers it shows.

    The log has no other name for one that has left. It is keyed: from a plain digest the digits of
    a masked phone could be tried out.
    """
    return salted_hmac("messaging.inbox.waiting", f"{writer}\0{text}").hexdigest()[:16]


def answered_since(
    talk: Conversation, seen: int, reader: User, seen_waiting: Sequence[str] = ()
) -> Answered | None:
    """The last answer of a colleague that came after the message with the id `seen`; None for none.

    One that waits to be sent counts too. Those that the reader saw waiting, by their marks, count
    neither while they wait nor when they have left.
    """
    seen_once = list(seen_waiting)

    def is_news(writer: Any, text: str) -> bool:
        mark = waiting_mark(writer, text)
        if mark not in seen_once:
            return True
        seen_once.remove(mark)
        return False

    waiting = answers.waiting_answers(talk).filter(asked_by__isnull=False)
    others = waiting.exclude(asked_by=reader).select_related("asked_by")
    for one in others.reverse()[:LOOKED_AT]:
        if one.asked_by and is_news(one.asked_by_id, one.body):
            return _answered(one.asked_by, one.body)
    newer = Message.objects.outbound().filter(conversation=talk, pk__gt=seen).order_by("-pk")
    for message in newer[:LOOKED_AT]:
        writer = message.content.get("by")
        if writer and writer != reader.pk and is_news(writer, message.body):
            found = User.objects.filter(pk=writer).first()
            return _answered(found, message.body) if found else None
    return None


def _answered(by: User, text: str) -> Answered:
    said = shown_text(text)[:QUOTED] or _("a file")
    return Answered(by.get_full_name() or by.get_username(), said)

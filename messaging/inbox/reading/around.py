"""What stands around the messages of a conversation: read once for its page and the mark."""

from dataclasses import dataclass

from messaging import answers
from messaging.inbox.models import NextStep
from messaging.inbox.presence import others_there
from messaging.models import Conversation, Delivery
from optouts.models import Hold
from waproject.accounts.models import User


@dataclass(frozen=True, slots=True)
class Around:
    """`waiting` are the answers that have not left, oldest first; `held` the messages of the person
    that wait for a decision, newest first; `others` the colleagues who look on, and who writes."""

    waiting: list[Delivery]
    held: list[Hold]
    next_step: NextStep | None
    others: list[tuple[str, bool]]


def around(talk: Conversation, reader: User) -> Around:
    """Four queries."""
    return Around(
        list(answers.waiting_answers(talk)),
        list(Hold.objects.open().filter(contact=talk.contact_id)),
        NextStep.objects.filter(conversation=talk).first(),
        others_there(reader, talk.pk),
    )

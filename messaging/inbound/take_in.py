"""Messages of different people, taken in together within the caller's transaction."""

from collections.abc import Sequence

from messaging.inbound.answers import first_replies, log_answers
from messaging.inbound.contacts import complete_addresses
from messaging.inbound.store import conversation_row, log_messages, show_in_conversations
from messaging.inbound.types import Arrival, InboundHandler, Person
from messaging.models import Message


def take_in(
    arrivals: Sequence[Arrival], people: Sequence[Person], handlers: Sequence[InboundHandler]
) -> list[Message | None]:
    """Store new messages of as many different people; return the answer to each, if any.

    Rows are locked in one order everywhere: contact, recipient (a handler), conversation; and of
    each kind in an order of their own.
    """
    if not arrivals:
        return []
    arrived = log_messages(arrivals, people)
    replies = first_replies(arrived, handlers)
    complete_addresses(people, arrivals)
    answers = log_answers(replies)
    rows = [
        conversation_row(arrival, answers.get(one, one.message), one, replies.get(one))
        for arrival, one in zip(arrivals, arrived, strict=True)
    ]
    show_in_conversations(rows)
    return [answers.get(one) for one in arrived]

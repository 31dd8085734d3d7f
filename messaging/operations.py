"""Taking in what people write, and what staff do with conversations."""

import logging
import traceback
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from messaging import inbound
from messaging.attempts import persistently
from messaging.inbound import Arrival, Inbound, InboundHandler, Reply
from messaging.log import conversations_of
from messaging.models import Channel, Conversation, Message, Sender
from messaging.people import complete_addresses, contact_of, twin_of
from messaging.states import Direction, MessageStatus

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
# Error 14107: the provider takes more than 30 answers between two numbers in 30 s for a loop.
LOOP_ANSWERS, LOOP_SPAN = 30, timedelta(seconds=30)


def receive(arrival: Arrival) -> Message | None:
    """Store a person's message, let the handlers see it, and return the answer to give, if any.

    All in one transaction. The same sid again stores nothing and returns the first answer. If a
    handler fails, the message is stored all the same, unanswered, and the conversation asks for
    a person. Trouble of the database is raised: it says nothing about a handler, and a message
    stored without them could be an opt-out that nobody heard.
    """
    try:
        return _receive(arrival, inbound.handlers())
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _log_failure(arrival.sid, error)
        return _receive(arrival, [_call_a_person])


@persistently
@transaction.atomic
def _receive(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    """Rows are locked in one order everywhere: contact, recipient (a handler), conversation."""
    first = Message.objects.inbound().filter(message_sid=arrival.sid).first()
    if first is not None:
        return Message.objects.filter(in_reply_to=first).first()
    contact = contact_of(phone=arrival.phone, user_id=arrival.user_id, name=arrival.name)
    sender, _created = Sender.objects.get_or_create(
        channel=arrival.channel,
        address=arrival.sender_address,
        defaults={"name": arrival.sender_address},
    )
    pair = (sender.pk, contact.pk)
    conversation = Conversation.objects.get(pk=conversations_of([pair])[pair])
    message = _log_arrival(arrival, conversation, contact.pk)
    twin = twin_of(contact, user_id=arrival.user_id)
    arrived = Inbound(message, contact, conversation, sender, arrival.text, twin)
    reply = _walk(arrived, handlers)
    complete_addresses(contact, phone=arrival.phone, user_id=arrival.user_id)
    answer = _log_answer(reply, message) if reply else None
    _update_conversation(conversation, arrival, wants_human=bool(reply and reply.wants_human))
    return answer


def _walk(arrived: Inbound, handlers: Sequence[InboundHandler]) -> Reply | None:
    """The first reply of a handler. One that fails ends the walk: a person is asked for.

    What the handlers before it did stands (a message may be held); what it did itself is undone.
    """
    for handler in handlers:
        try:
            with transaction.atomic():
                reply = handler(arrived)
        except DatabaseTrouble:
            raise
        except Exception as error:
            _log_failure(arrived.message.message_sid, error)
            return Reply("", wants_human=True)
        if reply is not None:
            return reply
    return None


def _log_failure(sid: str | None, error: Exception) -> None:
    """The error's own text may quote the message: only its kind and place are logged."""
    logger.error(
        "Message %s was stored without an answer: %s\n%s",
        sid,
        type(error).__name__,
        "".join(traceback.format_tb(error.__traceback__)),
    )


def _call_a_person(arrived: Inbound) -> Reply:
    return Reply("", wants_human=True)


def _log_arrival(arrival: Arrival, conversation: Conversation, contact_id: int) -> Message:
    return Message.objects.create(
        conversation=conversation,
        contact_id=contact_id,
        direction=Direction.INBOUND,
        type=arrival.type,
        phone=arrival.phone or arrival.user_id or "",
        body=arrival.text,
        content=arrival.content,
        message_sid=arrival.sid,
        status=MessageStatus.RECEIVED,
        created_at=arrival.at,
    )


def _log_answer(reply: Reply, message: Message) -> Message | None:
    """The row of an automatic answer; None when there is nothing to say or a loop to break."""
    recent = Message.objects.automatic().filter(
        conversation=message.conversation_id, created_at__gt=message.created_at - LOOP_SPAN
    )
    if not reply.body or recent.count() >= LOOP_ANSWERS:
        return None
    return Message.objects.create(
        conversation_id=message.conversation_id,
        contact_id=message.contact_id,
        direction=Direction.OUTBOUND,
        phone=message.phone,
        body=reply.body,
        content=reply.content,
        in_reply_to=message,
        status=MessageStatus.QUEUED,
        created_at=message.created_at,
    )


def _update_conversation(
    conversation: Conversation, arrival: Arrival, *, wants_human: bool
) -> None:
    changes = {"status": Conversation.Status.OPEN, "unread_count": F("unread_count") + 1}
    if arrival.channel == Channel.WHATSAPP:
        changes["window_expires_at"] = arrival.at + WINDOW
    if wants_human:
        changes["wants_human"] = True
    Conversation.objects.filter(pk=conversation.pk).refresh_last_message(**changes)


def mark_read(conversation_ids: Collection[int]) -> int:
    """Note that staff have read these conversations; return how many had something unread."""
    return Conversation.objects.filter(pk__in=conversation_ids).unread().update(unread_count=0)


def assign(conversation_ids: Collection[int], *, to: AbstractBaseUser) -> int:
    """Give these conversations to a member of staff; return how many."""
    return Conversation.objects.filter(pk__in=conversation_ids).update(assignee_id=to.pk)


def close(conversation_ids: Collection[int]) -> int:
    """Close these conversations: read, and nobody is asked for. A new message opens them again.

    Returns how many were open.
    """
    return Conversation.objects.filter(
        pk__in=conversation_ids, status=Conversation.Status.OPEN
    ).update(status=Conversation.Status.CLOSED, unread_count=0, wants_human=False)

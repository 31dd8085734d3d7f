"""Taking in what people write, and what staff do with conversations."""

import logging
import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from messaging import inbound
from messaging.attempts import persistently
from messaging.group import Group
from messaging.inbound import Arrival, Inbound, InboundHandler, Reply
from messaging.log import conversations_of
from messaging.models import Channel, Conversation, Message, Sender
from messaging.people import complete_addresses, contact_of, twin_of
from messaging.states import Direction, MessageStatus

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
# Error 14107: the provider takes more than 30 answers between two numbers in 30 s for a loop.
LOOP_ANSWERS, LOOP_SPAN = 30, timedelta(seconds=30)

# As text: composing them takes the ORM longer than the database takes to answer.
_SENDER = "SELECT * FROM senders WHERE channel = %s AND address = %s"
_CONVERSATION = "SELECT * FROM conversations WHERE sender_id = %s AND contact_id = %s"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is stored, and the answer to it, if any."""

    answer: Message | None


def receive(arrival: Arrival) -> Message | None:
    """Store a person's message, let the handlers see it, and return the answer to give, if any.

    What a machine sent is stored and no more: there is nobody to know, to opt out or to answer.
    All in one transaction. The same sid again stores nothing and returns the first answer. If a
    handler fails, the message is stored all the same, unanswered, and the conversation asks for
    a person. Trouble of the database is raised: it says nothing about a handler, and a message
    stored without them could be an opt-out that nobody heard.
    """
    if arrival.machine:
        return _keep(arrival)
    try:
        return _receive(arrival)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _log_failure(arrival.sid, error)
        return _receive_alone(arrival, [_call_a_person])


@transaction.atomic(durable=True)
def receive_together(arrivals: Sequence[Arrival]) -> list[Taken | None]:
    """Take new messages in one after another, in one transaction; None for each that has to wait.

    One that fails is undone, and what its person wrote after it waits too. Trouble of the database
    undoes all.
    """
    handlers = inbound.handlers()
    taken: list[Taken | None] = []
    failed: set[str] = set()
    for arrival in arrivals:
        one = None if arrival.address in failed else _try_to_take_in(arrival, handlers)
        if one is None:
            failed.add(arrival.address)
        taken.append(one)
    return taken


def _try_to_take_in(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Taken | None:
    try:
        return Taken(_take_in(arrival, handlers))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.warning("Message %s goes alone: %s.", arrival.sid, type(error).__name__)
        return None


@persistently
@transaction.atomic
def _keep(arrival: Arrival) -> None:
    """Log a message without a contact or a conversation, once."""
    if not Message.objects.inbound().filter(message_sid=arrival.sid).exists():
        _log_arrival(arrival)
        logger.info("Message %s came from a short code or a name: kept, unanswered.", arrival.sid)


def _receive(arrival: Arrival) -> Message | None:
    """Take a message in: on SQLite together with those that come at the same time.

    There the lock of the whole database is waited for, and messages would queue up for it one by
    one. PostgreSQL lets all in at once, and a group would lock many people for longer.
    """
    shares = connection.vendor == "sqlite" and not _is_known(arrival)
    if shares and (taken := _group.write(arrival)):
        return taken.answer
    return _receive_alone(arrival, inbound.handlers())


@persistently
def _receive_alone(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    # Before the transaction, which on SQLite keeps all others out: should the same message come
    # twice at this moment, its sid is unique, and the next attempt finds it here.
    if _is_known(arrival):
        return Message.objects.filter(in_reply_to__message_sid=arrival.sid).first()
    return _take_in(arrival, handlers)


def _is_known(arrival: Arrival) -> bool:
    return Message.objects.inbound().filter(message_sid=arrival.sid).exists()


@transaction.atomic
def _take_in(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    """Rows are locked in one order everywhere: contact, recipient (a handler), conversation."""
    contact = contact_of(phone=arrival.phone, user_id=arrival.user_id, name=arrival.name)
    conversation = _conversation_with(contact.pk, arrival)
    message = _log_arrival(arrival, conversation, contact.pk)
    twin = twin_of(contact, user_id=arrival.user_id)
    arrived = Inbound(message, contact, conversation, conversation.sender, arrival.text, twin)
    reply = _walk(arrived, handlers)
    complete_addresses(contact, phone=arrival.phone, user_id=arrival.user_id)
    answer = _log_answer(reply, message) if reply else None
    changes = _changes_of(arrival, wants_human=bool(reply and reply.wants_human))
    Conversation.objects.filter(pk=conversation.pk).note_message(answer or message, **changes)
    return answer


def _conversation_with(contact_id: int, arrival: Arrival) -> Conversation:
    """The conversation that a message belongs to, with its sender; both are made if need be."""
    sender = _sender_at(arrival)
    pair = (sender.pk, contact_id)
    conversation = next(iter(Conversation.objects.raw(_CONVERSATION, pair)), None)
    if conversation is None:
        conversation = Conversation.objects.get(pk=conversations_of([pair])[pair])
    conversation.sender = sender
    return conversation


def _sender_at(arrival: Arrival) -> Sender:
    """The sender that has the address which was written to; made if need be."""
    address = (arrival.channel, arrival.sender_address)
    if sender := next(iter(Sender.objects.raw(_SENDER, address)), None):
        return sender
    made, _created = Sender.objects.get_or_create(
        channel=arrival.channel,
        address=arrival.sender_address,
        defaults={"name": arrival.sender_address},
    )
    return made


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


def _log_arrival(
    arrival: Arrival, conversation: Conversation | None = None, contact_id: int | None = None
) -> Message:
    return Message.objects.create(
        conversation=conversation,
        contact_id=contact_id,
        direction=Direction.INBOUND,
        type=arrival.type,
        phone=arrival.address,
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


def _changes_of(arrival: Arrival, *, wants_human: bool) -> dict[str, Any]:
    """What a message from a person changes in its conversation."""
    changes = {"status": Conversation.Status.OPEN, "unread_count": F("unread_count") + 1}
    if arrival.channel == Channel.WHATSAPP:
        changes["window_expires_at"] = arrival.at + WINDOW
    if wants_human:
        changes["wants_human"] = True
    return changes


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


# A web process has far fewer threads; it bounds how long other processes wait for the database.
_group = Group(receive_together, most=20)

"""Taking in what people write, and what staff do with conversations."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, transaction

from contacts.merging import CannotMerge, merge
from contacts.models import Contact
from messaging import inbound
from messaging.inbound import Arrival, InboundHandler
from messaging.intake import (
    call_a_person,
    forgiving,
    known_sids,
    log_failure,
    message_of,
    take_in,
)
from messaging.models import Conversation, Message, new_token
from messaging.people import Person, mergeable, people_at_hand, people_of
from waproject.core.db.group_commit import Group
from waproject.core.db.retry import persistently
from waproject.core.text.errors import kind_and_place

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is stored, and the answer to it, if any."""

    answer: Message | None


class CannotGoTogether(Exception):
    """Something failed for a message that shares a transaction; its cause says what."""


def receive(arrival: Arrival) -> Message | None:
    """Store a person's message, let the handlers see it, and return the answer to give, if any.

    A message that names no sender is stored and no more: there is nobody to know, to opt out or
    to answer. All in one transaction, shared with messages of other people that come at the same
    time. The same sid again stores nothing and returns the first answer. If a handler fails, the
    message is stored all the same, unanswered, and the conversation asks for a person. Trouble of
    the database is raised: it says nothing about a handler, and a message stored without them
    could be an opt-out that nobody heard.
    """
    if not arrival.addresses:
        return _keep(arrival)
    if taken := _group.write(arrival):
        return taken.answer
    _join_contacts(arrival)
    try:
        return _receive_alone(arrival, [forgiving(one) for one in inbound.handlers()])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log_failure(arrival.sid, error)
        return _receive_alone(arrival, [call_a_person])


def receive_together(arrivals: Sequence[Arrival]) -> list[Taken | None]:
    """Take new messages in, those of different people in one transaction; None: it has to wait.

    What one person wrote keeps its order: the second message comes after the first is committed,
    and waits with it. When messages fail together each has a transaction of its own, and only the
    one that fails again waits. Trouble of the database is raised.
    """
    handlers = inbound.handlers()
    taken: dict[int, Taken | None] = {}
    failed: set[str] = set()
    for numbers in _rounds(arrivals):
        going = [number for number in numbers if arrivals[number].address not in failed]
        those = _try_to_take_in([arrivals[number] for number in going], handlers)
        taken.update(zip(going, those, strict=True))
        failed.update(arrivals[number].address for number in going if taken[number] is None)
    return [taken.get(number) for number in range(len(arrivals))]


def _rounds(arrivals: Sequence[Arrival]) -> Iterable[list[int]]:
    """The places of everyone's first message, then of everyone's second, and so on."""
    rounds: list[list[int]] = []
    so_far: dict[str, int] = {}
    for number, arrival in enumerate(arrivals):
        before = so_far.get(arrival.address, 0)
        so_far[arrival.address] = before + 1
        if before == len(rounds):
            rounds.append([])
        rounds[before].append(number)
    return rounds


def _try_to_take_in(
    arrivals: Sequence[Arrival], handlers: Sequence[InboundHandler]
) -> list[Taken | None]:
    try:
        with transaction.atomic(durable=True):
            return _take_in_company(arrivals, handlers)
    except (OperationalError, InterfaceError):
        raise
    except (CannotGoTogether, DatabaseTrouble) as error:
        cause = type(error.__cause__ or error).__name__
        logger.warning("%d messages go alone: %s.", len(arrivals), cause)
    if len(arrivals) == 1:
        return [None]
    return [taken for one in arrivals for taken in _try_to_take_in([one], handlers)]


def _take_in_company(
    arrivals: Sequence[Arrival], handlers: Sequence[InboundHandler]
) -> list[Taken | None]:
    try:
        return _take_in_what_is_simple(arrivals, handlers)
    except DatabaseTrouble:
        raise
    except Exception as error:
        raise CannotGoTogether from error


def _take_in_what_is_simple(
    arrivals: Sequence[Arrival], handlers: Sequence[InboundHandler]
) -> list[Taken | None]:
    """Take in what is simple: new messages of people about whom nothing has to be changed.

    The addresses of the others are completed alone, as that keeps more from being written
    elsewhere than a lock does. Whom another transaction has locked is waited for alone: here
    everyone else in the process would wait too.
    """
    people = people_at_hand(arrivals)
    # Looked up now that the people are locked: nobody else takes in the same message meanwhile.
    known = known_sids(arrivals)
    going: dict[int, tuple[int, Person]] = {}  # by contact: each but once
    for number, (arrival, person) in enumerate(zip(arrivals, people, strict=True)):
        if person is None or person.twin or person.lacks_address_of(arrival):
            continue
        if arrival.sid not in known:
            going.setdefault(person.contact.pk, (number, person))
    numbers = [number for number, _person in going.values()]
    those = [person for _number, person in going.values()]
    answers = take_in([arrivals[number] for number in numbers], those, handlers)
    taken = dict(zip(numbers, map(Taken, answers), strict=True))
    return [taken.get(number) for number in range(len(arrivals))]


def _join_contacts(arrival: Arrival) -> None:
    """Make one contact of two when the message names both of a person's addresses.

    Alone and before the message is taken in: it locks more than a message does. Where that
    cannot be now, the handlers see both contacts, and the next message tries again.
    """
    pair = mergeable(arrival)
    if pair is None:
        return
    try:
        persistently(merge)(*pair)
        logger.info("Contact %d joined contact %d: one person's two addresses.", pair[1], pair[0])
    except (CannotMerge, Contact.DoesNotExist) as error:
        logger.info("Contacts %d and %d stay two for now: %s.", *pair, type(error).__name__)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.error("Contacts %d and %d could not be joined: %s", *pair, kind_and_place(error))


@persistently
@transaction.atomic
def _keep(arrival: Arrival) -> None:
    """Log a message without a contact or a conversation, once."""
    if not known_sids([arrival]):
        message_of(arrival, new_token()).save()
        logger.info("Message %s came without a sender: kept, unanswered.", arrival.sid)


@persistently
def _receive_alone(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    # Before the transaction, which on SQLite keeps all others out: should the same message come
    # twice at this moment, its sid is unique, and the next attempt finds it here.
    if Message.objects.inbound().filter(message_sid=arrival.sid).exists():
        return Message.objects.filter(in_reply_to__message_sid=arrival.sid).first()
    return _take_in_alone(arrival, handlers)


@transaction.atomic
def _take_in_alone(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    [answer] = take_in([arrival], people_of([arrival]), handlers)
    return answer


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


# A web process has fewer threads; it bounds how long other processes wait for the database.
_group = Group(receive_together, most=20, patience=0.003)

"""A message at the door, and its three ways into the database, each tried when the last one fails.

1. In company: in one transaction with messages of other people that come at the same time
   (`receive_together`). It takes in what is simple.
2. Alone, forgiving: each handler that fails is undone by itself, and a person is asked for.
3. Alone, without the handlers: the message is stored, and the conversation asks for a person.

Trouble of the database is raised from all three: it says nothing about a handler, and a message
stored without handlers could be an opt-out that nobody read. The provider then sends it again.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, transaction

from messaging.inbound.contacts import join_contacts, lock_contacts, lock_contacts_without_waiting
from messaging.inbound.store import known_sids, message_of
from messaging.inbound.take_in import take_in
from messaging.inbound.types import Arrival, Inbound, InboundHandler, Person, Reply, handlers
from messaging.models import Message, new_token
from waproject.core.db.group_commit import Group
from waproject.core.db.retry import persistently
from waproject.core.text.errors import kind_and_place
from waproject.tenants.scope import PerTenant

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
    to answer. The same sid again stores nothing and returns the first answer. If a handler fails,
    the message is stored all the same, unanswered, and the conversation asks for a person. Raises
    OperationalError or InterfaceError when the database is in trouble.
    """
    if not arrival.addresses:
        return _log_without_contact(arrival)
    if taken := _group_of_this_process().write(arrival):
        return taken.answer
    join_contacts(arrival)
    try:
        return _receive_alone(arrival, [forgiving(one) for one in handlers()])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log_failure(arrival.sid, error)
        return _receive_alone(arrival, [call_a_person])


@persistently
@transaction.atomic
def _log_without_contact(arrival: Arrival) -> None:
    """Log a message without a contact or a conversation, once."""
    if not known_sids([arrival]):
        message_of(arrival, new_token()).save()
        logger.info("Message %s came without a sender: kept, unanswered.", arrival.sid)


# --- In company --------------------------------------------------------------------------


@PerTenant
def _group_of_this_process() -> Group[Arrival, Taken]:
    """What threads of this process bring at the same time for one tenant, whose scope writes it.

    A web process has fewer than 20 threads; it bounds how long other processes wait for the
    database.
    """
    return Group(receive_together, limit=20, patience=0.003)


def receive_together(arrivals: Sequence[Arrival]) -> list[Taken | None]:
    """Take new messages in, one of each person per transaction. None: to be taken in alone.

    The messages of one person keep their order: the second is taken in after the first is
    committed; where the first is to be taken in alone, so is the second. When a transaction fails,
    each of its messages is tried in one of its own. Trouble of the database is raised.
    """
    registered = handlers()
    taken: dict[int, Taken | None] = {}
    failed: set[str] = set()
    for numbers in _rounds(arrivals):
        going = [number for number in numbers if arrivals[number].address not in failed]
        those = _try_to_take_in([arrivals[number] for number in going], registered)
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

    A message that gives its contact a phone is taken in alone: that UPDATE keeps more from being
    written elsewhere than a lock does. So is a message of a contact that another transaction has
    locked: here all other messages of the process would wait too.
    """
    people = lock_contacts_without_waiting(arrivals)
    # Looked up after the people are locked: no other transaction takes in the same message now.
    known = known_sids(arrivals)
    going: dict[int, tuple[int, Person]] = {}  # by contact: each but once
    for number, (arrival, person) in enumerate(zip(arrivals, people, strict=True)):
        if person is None or person.twin or person.lacks_phone_of(arrival):
            continue
        if arrival.sid not in known:
            going.setdefault(person.contact.pk, (number, person))
    numbers = [number for number, _person in going.values()]
    those = [person for _number, person in going.values()]
    answers = take_in([arrivals[number] for number in numbers], those, handlers)
    taken = dict(zip(numbers, map(Taken, answers), strict=True))
    return [taken.get(number) for number in range(len(arrivals))]


# --- Alone -------------------------------------------------------------------------------


@persistently
def _receive_alone(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    # Before the transaction, which on SQLite keeps all others out: should the same message come
    # twice at this moment, its sid is unique, and the next attempt finds it here. One of a message
    # of ours comes where the address for messages was given for the reports on them.
    if known_sids([arrival]):
        return Message.objects.filter(in_reply_to__message_sid=arrival.sid).first()
    return _take_in_alone(arrival, handlers)


@transaction.atomic
def _take_in_alone(arrival: Arrival, handlers: Sequence[InboundHandler]) -> Message | None:
    [answer] = take_in([arrival], lock_contacts([arrival]), handlers)
    return answer


def forgiving(handler: InboundHandler) -> InboundHandler:
    """The handler; when it fails, what it did is undone and a person is asked for.

    What the handlers before it did stands: a message may be held.
    """

    def handle(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
        try:
            with transaction.atomic():
                return handler(arrived)
        except DatabaseTrouble:
            raise
        except Exception as error:
            for one in arrived:
                log_failure(one.message.message_sid, error)
            return call_a_person(arrived)

    return handle


def call_a_person(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Answer nothing, and ask for a person in the conversation."""
    return {one: Reply("", wants_human=True) for one in arrived}


def log_failure(sid: str | None, error: Exception) -> None:
    logger.error("Message %s was stored without an answer: %s", sid, kind_and_place(error))

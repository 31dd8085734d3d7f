"""What others do at the same moment: on PostgreSQL alone, where two get in at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from threading import Event

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from contacts.models import Contact
from messaging.inbound import contacts
from messaging.inbound.contacts import lock_contacts, lock_contacts_without_waiting
from messaging.inbound.receive import receive, receive_together
from messaging.inbound.types import Arrival, Inbound, Reply
from messaging.models import Conversation, Message
from messaging.outbound_log import SentMessage, log_sent
from optouts.models import OptOut
from tests.factories.people import add_address, known_as
from tests.messaging.conftest import arrival, sid
from tests.messaging.rivals import (
    PATIENCE,
    all_at_once,
    changed_elsewhere,
    ends,
    held_up,
    wait_until_one_waits,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

OTHER = "+56975400947"


@pytest.fixture
def other(db) -> Contact:
    return known_as("CL.2", phone=OTHER)


@pytest.fixture
def impatient(db) -> Iterator[None]:
    """Whatever waits for a lock here fails soon."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        yield
        cursor.execute("RESET lock_timeout")


def test_the_same_message_at_once_is_stored_and_answered_once(contact, caplog):
    same, answers = arrival("INFO"), []

    raised = all_at_once([lambda: answers.append(receive(same))] * 6)

    assert (raised, caplog.messages, len(answers), len(set(answers))) == ([], [], 6, 1)
    assert (Message.objects.inbound().count(), Message.objects.automatic().count()) == (1, 1)
    assert Conversation.objects.get().unread_count == 1


def crowd(people: Iterable[str], first: int) -> list[Arrival]:
    return [arrival("Hola", number, phone=phone) for number, phone in enumerate(people, first)]


def take_in_all(arrivals: Sequence[Arrival]) -> None:
    """Together who can; then, one by one, whom the rival had at that moment."""
    taken = receive_together(arrivals)
    for one in (one for one, done in zip(arrivals, taken, strict=True) if not done):
        receive(one)


@pytest.mark.parametrize("are_known", [False, True])
def test_groups_of_the_same_people_at_once_do_not_lock_each_other_out(sender, are_known):
    people = [f"+5697540{n:04d}" for n in range(150)]
    if are_known:
        receive_together(crowd(people[::-1], 9_000))
    groups = [crowd(people, 1_000), crowd(people[::-1], 2_000)]

    raised = all_at_once(partial(take_in_all, one) for one in groups)

    assert raised == []
    unread = set(Conversation.objects.values_list("unread_count", flat=True))
    assert (Conversation.objects.count(), unread) == (150, {3 if are_known else 2})


@pytest.mark.parametrize("look_up", [lock_contacts, lock_contacts_without_waiting])
def test_people_are_kept_from_being_decided_about_meanwhile(contact, look_up):
    decide = transaction.atomic(Contact.objects.select_for_update(no_key=True, nowait=True).get)

    with transaction.atomic():
        look_up([arrival()])
        raised = all_at_once([partial(decide, pk=contact.pk)])

    assert [type(error) for error in raised] == [OperationalError]


def test_receive_hears_an_opt_out_while_another_person_is_held_elsewhere(contact, other):
    first, opting_out = arrival("Hola", 1), arrival("BAJA", 2, phone=OTHER)

    with held_up(partial(receive, first), by="contacts", row=contact.pk):
        assert ends(partial(receive, opting_out))
        assert OptOut.objects.get().contact == other

    assert Message.objects.inbound().count() == 2


def test_receive_together_leaves_who_is_held_elsewhere_for_later(contact, other, impatient):
    own, others = arrival("one", 1), arrival("two", 2, phone=OTHER)

    with changed_elsewhere("contacts", contact.pk):
        taken = receive_together([own, others, arrival("three", 3)])

    assert [one is not None for one in taken] == [False, True, False]
    assert Contact.objects.count() == 2


def test_receive_together_goes_on_without_those_held_elsewhere(contact, other, impatient):
    with changed_elsewhere("contacts", contact.pk, other.pk):
        assert receive_together([arrival(), arrival("two", 2, phone=OTHER)]) == [None, None]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("held", [0, 1])
def test_lock_contacts_without_waiting_needs_both_contacts_of_a_person(contact, other, held):
    add_address(contact, "CL.1")

    with transaction.atomic(), changed_elsewhere("contacts", [contact.pk, other.pk][held]):
        assert lock_contacts_without_waiting([arrival(user_id="CL.2")]) == [None]


def test_lock_contacts_without_waiting_leaves_who_was_made_and_held_elsewhere(db, monkeypatch):
    def lose(unknown: Sequence[Arrival]) -> None:
        """Someone else is quicker."""
        make(unknown)
        monkeypatch.setattr(contacts, "_lock", lambda _arrivals, **_options: {})

    make = contacts._make
    monkeypatch.setattr(contacts, "_make", lose)

    with transaction.atomic():
        assert lock_contacts_without_waiting([arrival()]) == [None]


_noticed = Event()


def let_the_engine_in(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """A handler, at whose turn the messages are in the log: the engine has to wait for them."""
    _noticed.set()
    wait_until_one_waits()
    return {}


@pytest.mark.parametrize("known", [0, 1])
def test_receive_together_and_log_sent_take_conversations_in_one_order(
    sender, contact, other, settings, known
):
    settings.INBOUND_HANDLERS = [f"{__name__}.let_the_engine_in"]
    _noticed.clear()
    pair = [contact, other]
    Conversation.objects.create(sender=sender, contact=pair[known])
    now = timezone.now()
    sent = [
        SentMessage(
            *(sid(n), sender.pk, sender.account_id, one.pk, one.phone),
            *("Hola", None, "queued", now),
        )
        for n, one in enumerate(pair, 50)
    ]
    group = [arrival("one", 1), arrival("two", 2, phone=OTHER, user_id="CL.2")]

    def log() -> None:
        assert _noticed.wait(PATIENCE)
        log_sent(sent)

    raised = all_at_once([partial(receive_together, group), log])

    assert raised == []
    assert (Conversation.objects.count(), Message.objects.count()) == (2, 4)

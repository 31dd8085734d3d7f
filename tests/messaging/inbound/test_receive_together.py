"""Messages from people that share a transaction, and what becomes of the others when one fails."""

from dataclasses import replace

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from messaging.inbound import answers, store
from messaging.inbound.receive import Taken, _group_of_this_process, receive, receive_together
from messaging.inbound.types import Arrival, Inbound, Reply
from messaging.models import Conversation, Message
from tests.factories.people import known_as
from tests.messaging.conftest import arrival, one_by_one, sid
from waproject.core.db.bulk_insert import insert_rows

OTHER = "+56975400947"


@one_by_one
def answer(inbound: Inbound) -> Reply:
    if inbound.text == "trouble":
        raise OperationalError
    return Reply(f"Re: {inbound.text}")


@pytest.fixture(autouse=True)
def handlers(settings) -> None:
    settings.INBOUND_HANDLERS = [f"{__name__}.answer"]


@pytest.fixture
def unlucky(monkeypatch) -> None:
    """Let whatever says "bad" fail once it is in the log."""
    answer = answers._answer

    def fail(message: Message, reply: Reply, token: str) -> Message:
        if message.body == "bad":
            raise ValueError
        return answer(message, reply, token)

    monkeypatch.setattr(answers, "_answer", fail)


def texts() -> list[str]:
    return list(Message.objects.inbound().order_by("pk").values_list("body", flat=True))


def said(taken: list[Taken | None]) -> list[str | None]:
    return [one.answer.body if one and one.answer else None for one in taken]


def crowd(*said: str | tuple[str, str]) -> list[Arrival]:
    """Messages of one person, save those that come with the phone of another."""
    pairs = [one if isinstance(one, tuple) else (one, "+56975400946") for one in said]
    return [arrival(text, number, phone=phone) for number, (text, phone) in enumerate(pairs, 10)]


def asked_for(numbers: range) -> int:
    """How many queries it takes to take in a message of each of these new people."""
    arrivals = [arrival("Hola", n + 100, phone=f"+569754{n:05d}") for n in numbers]
    with CaptureQueriesContext(connection) as queries:
        receive_together(arrivals)
    return len(queries)


def test_receive_together_stores_and_answers_each_in_its_order(db):
    taken = receive_together(crowd("one", ("two", OTHER), "three"))

    assert said(taken) == ["Re: one", "Re: two", "Re: three"]
    assert texts() == ["one", "two", "three"]
    assert Contact.objects.count() == 2


def test_receive_together_undoes_the_one_that_failed_and_no_other(db, unlucky):
    taken = receive_together(crowd("one", ("bad", OTHER), "three"))

    assert said(taken) == ["Re: one", None, "Re: three"]
    assert texts() == ["one", "three"]
    assert not Contact.objects.filter(phone=OTHER).exists()


def test_receive_together_lets_nobody_overtake_themselves(db, unlucky):
    taken = receive_together(crowd("bad", ("two", OTHER), "three"))

    assert said(taken) == [None, "Re: two", None]
    assert texts() == ["two"]


def test_receive_together_lets_each_conversation_know_of_its_own_message(db):
    receive_together(crowd("one", ("two", OTHER)))

    shown = Conversation.objects.order_by("pk").values_list("last_message_body", "unread_count")
    assert list(shown) == [("Re: one", 1), ("Re: two", 1)]


@pytest.mark.parametrize(("known", "times"), [(crowd("one", ("two", OTHER)), 1), (crowd("one"), 2)])
def test_receive_together_changes_all_conversations_in_one_order(db, monkeypatch, known, times):
    receive_together(known)
    noted: list[list[tuple[int, int]]] = []

    def insert(model, fields, rows, clash="") -> None:
        if model is Conversation:
            at = [fields.index(name) for name in ("sender_id", "contact_id")]
            noted.append([tuple(row[place] for place in at) for row in rows])
        insert_rows(model, fields, rows, clash)

    monkeypatch.setattr(store, "insert_rows", insert)
    receive_together([replace(one, sid=sid(n)) for n, one in enumerate(crowd(("b", OTHER), "a"))])

    in_order = sorted(Conversation.objects.values_list("sender_id", "contact_id"))
    assert (len(in_order), noted) == (2, [in_order] * times)


def test_receive_together_leaves_who_is_known_twice_for_later(db):
    Contact.objects.create(phone="+56975400946")
    known_as("CL.1")
    first, second = crowd("one", ("two", OTHER))

    taken = receive_together([replace(first, user_id="CL.1"), second])

    assert said(taken) == [None, "Re: two"]


def test_receive_together_leaves_a_phone_to_complete_for_later(db):
    known_as("CL.1")
    first, second = crowd("one", ("two", OTHER))

    taken = receive_together([replace(first, user_id="CL.1"), second])

    assert said(taken) == [None, "Re: two"]


def test_receive_together_stores_new_user_ids_with_the_messages(db):
    Contact.objects.create(phone="+56975400946")
    first, second = crowd("one", ("two", OTHER))

    receive_together([replace(first, user_id="CL.1"), replace(second, user_id="CL.2")])

    assert [one.whatsapp_user_id for one in Contact.objects.order_by("pk")] == ["CL.1", "CL.2"]


def test_receive_together_gives_one_user_id_to_one_of_two_people(db):
    first, second = (replace(one, user_id="CL.1") for one in crowd("one", ("two", OTHER)))

    taken = receive_together([first, second])

    assert said(taken) == ["Re: one", None]
    assert [one.whatsapp_user_id for one in Contact.objects.order_by("pk")] == ["CL.1"]


def test_receive_together_takes_one_message_of_a_person_who_writes_from_two_addresses(db):
    known_as("CL.1", phone="+56975400946")
    first, second = crowd("one", "two")

    taken = receive_together([first, replace(second, phone=None, user_id="CL.1")])

    assert said(taken) == ["Re: one", None]


def test_receive_together_asks_as_often_for_twenty_as_for_two(db):
    receive(arrival("sender and opt-out words"))

    asked = [asked_for(range(2)), asked_for(range(2, 22))]

    assert asked[0] == asked[1]


def test_receive_together_takes_the_same_message_once(db):
    same = arrival("one")

    assert said(receive_together([same, same])) == ["Re: one", None]
    assert texts() == ["one"]


def test_receive_together_stores_nothing_when_the_database_fails(db):
    with pytest.raises(OperationalError):
        receive_together(crowd("one", ("trouble", OTHER)))

    assert texts() == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_receive_together_returns_after_its_own_commit_only():
    with transaction.atomic(), pytest.raises(RuntimeError):
        receive_together(crowd("one"))


def test_receive_stores_alone_and_unanswered_what_fails_in_company(db, unlucky):
    assert receive(arrival("bad")) is None

    assert texts() == ["bad"]
    assert Message.objects.get().conversation.wants_human


def test_receive_shares_a_transaction(db, monkeypatch):
    shared: list[Arrival] = []
    group = _group_of_this_process()
    monkeypatch.setattr(group, "_write", lambda some: [*map(shared.append, some)])
    one = arrival("one")

    receive(one)

    assert shared == [one]
    assert texts() == ["one"]

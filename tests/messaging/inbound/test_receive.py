"""A message of a person at the door, alone."""

import logging
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from contacts.merging import CannotMerge
from contacts.models import Contact
from messaging.inbound.receive import receive
from messaging.inbound.types import Inbound, Reply
from messaging.models import Conversation, Message, Sender
from tests.factories.people import known_as
from tests.messaging.conftest import OUR_NUMBER, arrival, one_by_one

SEEN: list[Inbound] = []
HANDLERS = "tests.messaging.inbound.test_receive."


@one_by_one
def see(inbound: Inbound) -> None:
    SEEN.append(inbound)


@one_by_one
def answer(inbound: Inbound) -> Reply:
    SEEN.append(inbound)
    return Reply("Gracias", content={"auto_reply": 1})


@one_by_one
def say_nothing(inbound: Inbound) -> Reply:
    return Reply("", wants_human=True)


@one_by_one
def fail(inbound: Inbound) -> Reply:
    Contact.objects.update(name="half done")
    raise RuntimeError(inbound.text)


@one_by_one
def lose_the_database(inbound: Inbound) -> Reply:
    raise OperationalError("server closed the connection unexpectedly")


@one_by_one
def collide_once(inbound: Inbound) -> None:
    SEEN.append(inbound)
    if len(SEEN) == 1:
        raise IntegrityError


@pytest.fixture
def handlers(settings):
    """Set the handlers by name; none at first."""
    SEEN.clear()

    def use(*names: str) -> None:
        settings.INBOUND_HANDLERS = [HANDLERS + name for name in names]

    use()
    return use


def test_receive_logs_the_message(handlers, contact, sender):
    arrived = arrival(
        "Hola", type="image", content={"media": [{"url": "https://x/1", "type": "image/png"}]}
    )

    receive(arrived)

    message = Message.objects.get()
    assert (message.direction, message.status, message.body) == ("inbound", "received", "Hola")
    assert (message.contact, message.conversation.sender) == (contact, sender)
    assert (message.type, message.content) == ("image", arrived.content)
    assert (message.message_sid, message.created_at) == (arrived.sid, arrived.at)


def test_receive_opens_the_window_and_counts_the_unread(handlers, db):
    arrived = arrival()

    receive(arrived)

    conversation = Conversation.objects.get()
    assert conversation.window_expires_at == arrived.at + timedelta(hours=24)
    assert (conversation.unread_count, conversation.has_unread) == (1, True)
    assert (conversation.last_message_body, conversation.last_message_direction) == (
        "Hola",
        "inbound",
    )


def test_receive_of_an_older_message_leaves_the_newer_one_last(handlers, db):
    newer = arrival("Segundo")
    receive(newer)

    receive(arrival("Primero", 8, at=newer.at - timedelta(seconds=1)))

    conversation = Conversation.objects.get()
    assert (
        conversation.last_message_body,
        conversation.last_message_at,
        conversation.unread_count,
    ) == (
        "Segundo",
        newer.at,
        2,
    )


def test_receive_shows_the_answer_as_the_last_message(handlers, db):
    handlers("answer")

    receive(arrival())

    conversation = Conversation.objects.get()
    assert (conversation.last_message_body, conversation.last_message_direction) == (
        "Gracias",
        "outbound",
    )


def test_receive_opens_no_window_on_sms(handlers, db):
    receive(arrival(channel="sms"))

    assert Conversation.objects.get().window_expires_at is None


def test_receive_opens_a_closed_conversation(handlers, conversation):
    Conversation.objects.update(status="resolved")

    receive(arrival())

    assert Conversation.objects.get().status == "open"


def test_receive_makes_a_sender_for_an_unknown_number_of_ours(handlers, db):
    receive(arrival())

    sender = Sender.objects.get()
    assert (sender.name, sender.channel, sender.address) == (OUR_NUMBER, "whatsapp", OUR_NUMBER)


def test_receive_finds_a_sender_whose_number_is_spelt_otherwise(handlers, db):
    ours = Sender.objects.create(name="MX", channel="whatsapp", address="+525599990000")

    receive(arrival(sender_address="+5215599990000"))

    assert [one.pk for one in Sender.objects.filter(conversations__isnull=False)] == [ours.pk]


def test_receive_of_a_person_without_a_phone_logs_their_user_id(handlers, db):
    receive(arrival(phone=None, user_id="CL.1234"))

    assert Message.objects.get().phone == "CL.1234"


def test_receive_ends_the_walk_at_the_first_reply(handlers, db):
    handlers("see", "answer", "answer")

    reply = receive(arrival())

    assert len(SEEN) == 2
    assert (reply.body, reply.direction, reply.status) == ("Gracias", "outbound", "queued")
    assert (reply.in_reply_to.body, reply.content, reply.message_sid) == (
        "Hola",
        {"auto_reply": 1},
        None,
    )


def test_receive_twice_stores_nothing_twice_and_gives_the_same_answer(handlers, db):
    handlers("answer")
    first = receive(arrival())

    second = receive(arrival())

    assert second == first
    assert Message.objects.count() == 2
    assert Conversation.objects.get().unread_count == 1
    assert len(SEEN) == 1


def test_receive_again_when_another_transaction_got_in_the_way(handlers, db):
    handlers("collide_once")

    receive(arrival())

    assert (len(SEEN), Message.objects.count()) == (2, 1)


def test_receive_with_an_empty_reply_says_nothing_and_calls_a_person(handlers, db):
    handlers("say_nothing", "answer")

    assert receive(arrival()) is None

    assert Conversation.objects.get().wants_human is True


def test_receive_lets_who_asked_for_a_person_go_on_waiting_for_one(handlers, conversation):
    Conversation.objects.update(wants_human=True)

    receive(arrival())

    assert Conversation.objects.get().wants_human is True


def test_receive_on_sms_leaves_the_window_of_the_conversation(handlers, contact, sender):
    Sender.objects.update(channel="sms")
    closes = timezone.now()
    Conversation.objects.create(sender=sender, contact=contact, window_expires_at=closes)

    receive(arrival(channel="sms"))

    assert Conversation.objects.get().window_expires_at == closes


def test_receive_stores_the_message_when_a_handler_fails(handlers, contact, caplog):
    handlers("fail")

    with caplog.at_level(logging.ERROR, "messaging.inbound.receive"):
        assert receive(arrival("mi secreto")) is None

    contact.refresh_from_db()
    assert (Message.objects.get().body, contact.name) == ("mi secreto", "Juan Pérez")
    assert Conversation.objects.get().wants_human is True
    assert ("RuntimeError" in caplog.text, "mi secreto" in caplog.text) == (True, False)


def test_receive_keeps_what_was_held_before_a_handler_failed(settings, handlers, contact):
    handlers("fail")
    settings.INBOUND_HANDLERS = [
        "messaging.inbound.opt_outs.honour_opt_out",
        *settings.INBOUND_HANDLERS,
    ]

    receive(arrival("Quiero saber el precio del auto y después la baja de mi número"))

    assert contact.holds.open().count() == 1


def test_receive_stores_nothing_when_the_database_fails_under_a_handler(handlers, contact):
    handlers("lose_the_database")

    with pytest.raises(OperationalError):
        receive(arrival("BAJA"))

    assert Message.objects.count() == 0


def test_receive_stops_answering_after_30_answers_in_30_seconds(handlers, db):
    handlers("answer")
    now = timezone.now()

    answers = [receive(arrival(number=n, at=now)) for n in range(31)]

    assert [answer is None for answer in answers] == [False] * 30 + [True]
    assert receive(arrival(number=99, at=now + timedelta(seconds=31))) is not None


@pytest.fixture
def known_twice(db) -> tuple[Contact, Contact]:
    """A person with a contact for their phone, and one for their user id."""
    by_phone = Contact.objects.create(phone="+56975400946", name="Juan Pérez")
    return by_phone, known_as("CL.1", name="Juanito")


def test_receive_joins_the_two_contacts_of_one_person(known_twice):
    by_phone, _by_user_id = known_twice
    receive(arrival("Hola", number=1, phone=None, user_id="CL.1"))

    receive(arrival("BAJA", number=2, user_id="CL.1"))

    one = Contact.objects.get()
    assert (one.pk, one.phone, one.whatsapp_user_id) == (by_phone.pk, "+56975400946", "CL.1")
    assert (one.status, Conversation.objects.get().messages.inbound().count()) == ("opted_out", 2)


def test_receive_of_a_person_who_had_opted_out_by_the_other_address_keeps_that(known_twice):
    receive(arrival("BAJA", number=1, phone=None, user_id="CL.1"))

    receive(arrival("Hola", number=2, user_id="CL.1"))

    assert Contact.objects.get().status == "opted_out"


def test_receive_hears_for_both_contacts_where_they_cannot_be_joined(known_twice, monkeypatch):
    monkeypatch.setattr("messaging.inbound.contacts.merge", Mock(side_effect=CannotMerge))

    receive(arrival("BAJA", user_id="CL.1"))

    assert [one.status for one in Contact.objects.all()] == ["opted_out"] * 2


def test_receive_stores_the_message_though_joining_fails(known_twice, monkeypatch, caplog):
    monkeypatch.setattr("messaging.inbound.contacts.merge", Mock(side_effect=RuntimeError("Juan")))

    receive(arrival("BAJA", user_id="CL.1"))

    assert [one.status for one in Contact.objects.all()] == ["opted_out"] * 2
    assert "could not be joined: RuntimeError" in caplog.text
    assert "Juan" not in caplog.text


def test_receive_leaves_a_contact_whose_phone_is_another(known_twice):
    Contact.objects.filter(phone=None).update(phone="+56990080338")

    receive(arrival("BAJA", user_id="CL.1"))

    assert [one.status for one in Contact.objects.all()] == ["opted_out"] * 2


def test_report_on_a_message_of_ours_that_is_posted_as_one_of_a_person_is_none(message):
    answer = receive(arrival("", sid=message.message_sid, phone="+56220000000"))

    assert (answer, list(Message.objects.all())) == (None, [message])

"""Messages from people that share a transaction, and what becomes of the others when one fails."""

import pytest
from django.db import OperationalError, connection, transaction

from contacts.models import Contact
from messaging import operations
from messaging.inbound import Arrival, Inbound, Reply
from messaging.models import Message
from messaging.operations import Taken, receive, receive_together
from tests.messaging.conftest import arrival

OTHER = "+56975400947"


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
    log_answer = operations._log_answer

    def fail(reply: Reply, message: Message) -> Message | None:
        if message.body == "bad" and reply.body:
            raise ValueError
        return log_answer(reply, message)

    monkeypatch.setattr(operations, "_log_answer", fail)


def texts() -> list[str]:
    return list(Message.objects.inbound().order_by("pk").values_list("body", flat=True))


def said(taken: list[Taken | None]) -> list[str | None]:
    return [one.answer.body if one and one.answer else None for one in taken]


def crowd(*said: str | tuple[str, str]) -> list[Arrival]:
    """Messages of one person, save those that come with the phone of another."""
    pairs = [one if isinstance(one, tuple) else (one, "+56975400946") for one in said]
    return [arrival(text, number, phone=phone) for number, (text, phone) in enumerate(pairs, 10)]


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


def test_receive_shares_a_transaction_on_sqlite_only(db, monkeypatch):
    shared: list[Arrival] = []
    monkeypatch.setattr(operations._group, "_write", lambda some: [*map(shared.append, some)])
    one = arrival("one")

    receive(one)

    assert shared == ([one] if connection.vendor == "sqlite" else [])
    assert texts() == ["one"]

from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Contact
from messaging.inbound.receive import receive
from messaging.integrity import integrity_problems
from messaging.models import Conversation, KeptStatus, Message
from messaging.outbound_log import SentMessage, log_sent
from tests.messaging.conftest import SID, arrival


def yesterday():
    return timezone.now() - timedelta(days=1)


@pytest.fixture
def sent(contact, sender) -> Message:
    log_sent(
        [
            SentMessage(
                *(SID, sender.pk, sender.account_id, contact.pk),
                *("+56975400946", "Hola", None, "queued", yesterday()),
            )
        ]
    )
    return Message.objects.get()


def test_problems_finds_none_after_a_message_and_its_answer(sent):
    receive(arrival("INFO"))

    assert list(integrity_problems()) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"message_sid": None}, "Message {pk} was sent without the provider's sid."),
        ({"status": "received"}, "Message {pk} has a status of the other direction."),
        ({"status": "read"}, "Message {pk} has a status without its time."),
    ],
)
def test_problems_names_a_broken_message(sent, changes, problem):
    Message.objects.update(**changes)

    assert list(integrity_problems()) == [problem.format(pk=sent.pk)]


def test_problems_names_an_arrival_without_sid(db):
    receive(arrival("BAJA"))
    Message.objects.inbound().update(message_sid=None)

    pk = Message.objects.inbound().get().pk
    assert list(integrity_problems()) == [f"Message {pk} was received without the provider's sid."]


def test_problems_names_a_message_in_a_strange_conversation(sent):
    Message.objects.update(contact=Contact.objects.create(phone="+56911111111"))

    assert list(integrity_problems()) == [
        f"Message {sent.pk} stands in the conversation of another contact."
    ]


def test_problems_names_a_conversation_left_behind(sent):
    Conversation.objects.update(last_message_at=yesterday() - timedelta(days=1))

    pk = sent.conversation_id
    assert list(integrity_problems()) == [f"Conversation {pk} does not show its newest message."]


def test_problems_names_a_kept_status_that_was_never_applied(sent):
    KeptStatus.objects.create(
        message_sid=SID, status="sent", received_at=yesterday(), try_at=yesterday()
    )

    assert list(integrity_problems()) == [f"The status sent of message {SID} was never applied."]


def test_problems_leaves_a_kept_status_that_cannot_be_applied(sent):
    KeptStatus.objects.create(message_sid=SID, status="new_word", received_at=yesterday())

    assert list(integrity_problems()) == []

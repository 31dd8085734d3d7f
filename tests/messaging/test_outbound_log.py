"""The log of what was sent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from contacts.models import Contact
from messaging.inbound.receive import receive
from messaging.models import Conversation, KeptStatus, Message
from messaging.outbound_log import SentMessage, log_sent, record_price
from tests.messaging.conftest import arrival, sid


def sent_to(contact, sender, number=1, **changes) -> SentMessage:
    values = {
        "sid": sid(number),
        "sender_id": sender.pk,
        "account_id": sender.account_id,
        "contact_id": contact.pk,
        "phone": contact.phone,
        "body": "Hola",
        "campaign_id": None,
        "status": "queued",
        "at": timezone.now(),
    }
    return SentMessage(**{**values, **changes})


@pytest.fixture
def people(db) -> list[Contact]:
    return Contact.objects.bulk_create(
        Contact(phone=f"+569{number:08}") for number in range(10_000_000, 10_000_200)
    )


def test_log_sent_writes_the_message(contact, sender):
    log_sent([sent_to(contact, sender, campaign_id=4, content={"content_sid": "HX1"})])

    row = Message.objects.values_list("direction", "campaign_id", "content", "status").get()
    assert row == ("outbound", 4, {"content_sid": "HX1"}, "queued")
    assert Message.objects.get().account == sender.account


def test_log_sent_keeps_the_time_of_the_status(contact, sender):
    message = sent_to(contact, sender, status="delivered")

    log_sent([message])

    assert Message.objects.get().delivered_at == message.at


def test_log_sent_makes_the_conversation_and_moves_its_last_message(contact, sender):
    message = sent_to(contact, sender, body="x" * 200)

    log_sent([message])

    conversation = Conversation.objects.get(sender=sender, contact=contact)
    assert conversation.last_message_at == message.at
    assert conversation.last_message_body == "x" * 160
    assert conversation.last_message_direction == "outbound"


def test_log_sent_twice_logs_once(contact, sender):
    message = sent_to(contact, sender)

    log_sent([message])
    log_sent([message])

    assert Message.objects.count() == 1


def test_log_sent_keeps_the_token_of_the_delivery(contact, sender):
    message = sent_to(contact, sender)

    log_sent([message])

    assert Message.objects.get().token == message.token


def test_log_sent_logs_what_was_given_up_and_accepted_after_all(contact, sender, people):
    """The provider's answer came after the delivery was logged as not sent, by the same token."""
    given_up = Message.objects.create(
        contact=contact, direction="outbound", status="failed", created_at=timezone.now()
    )
    others = [sent_to(person, sender, number) for number, person in enumerate(people, start=2)]

    log_sent([sent_to(contact, sender, token=given_up.token), *others])

    assert Message.objects.filter(message_sid=sid(1)).exists()
    assert Message.objects.filter(message_sid__isnull=False).count() == 1 + len(others)
    assert Message.objects.filter(token=given_up.token).get() == given_up


def test_log_sent_leaves_a_further_status_alone(message, sender):
    Message.objects.update(status="read")

    log_sent([sent_to(message.contact, sender, sid=message.message_sid)])

    assert Message.objects.get().status == "read"


def test_log_sent_of_what_is_logged_leaves_its_conversation_alone(contact, sender):
    message = sent_to(contact, sender)
    log_sent([message])

    log_sent([sent_to(contact, sender, at=message.at + timedelta(minutes=1))])

    assert Conversation.objects.get().last_message_at == message.at


def test_log_sent_late_does_not_hide_the_newer_answer(contact, sender):
    receive(arrival("Sí, me interesa", sender_address=sender.address, channel=sender.channel))

    log_sent([sent_to(contact, sender, at=timezone.now() - timedelta(minutes=1))])

    newest = Message.objects.order_by("-created_at", "-id")[0]
    assert Conversation.objects.get().last_message_body == newest.body[:160]


def test_log_sent_takes_the_same_few_queries_for_200_people(
    people, sender, django_assert_max_num_queries
):
    messages = [sent_to(person, sender, number) for number, person in enumerate(people)]

    with django_assert_max_num_queries(15):  # SQLite takes 40 rows in one INSERT
        log_sent(messages)

    assert Message.objects.count() == Conversation.objects.count() == 200


def test_log_sent_lets_the_next_tick_apply_a_kept_status(contact, sender):
    now = timezone.now()
    later = now + timedelta(days=1)
    KeptStatus.objects.create(message_sid=sid(1), status="sent", received_at=now, try_at=later)

    log_sent([sent_to(contact, sender)])

    assert KeptStatus.objects.due(timezone.now()).count() == 1


@pytest.mark.parametrize("price", ["NaN", "Infinity", "100000", "-1"])
def test_price_that_no_column_holds_is_left_out(contact, sender, price):
    log_sent([sent_to(contact, sender)])

    record_price(sid(1), Decimal(price), "USD")

    assert Message.objects.get().price is None

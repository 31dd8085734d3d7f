from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.models import Recipient, StatusChange
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.settling import polling
from messaging.delivery.settling.settlement import record_accepted
from messaging.models import Message
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from tests.sending import delivery_of, run
from waproject.lab.twilio_simulator.faults import Fault

SID = "SM" + "1" * 32
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def silent(active, fill, simulate) -> Recipient:
    """Sent, delivered and read at the provider; and not one callback came."""
    simulator = simulate(faults=(Fault("lost-callback", 1.0),))
    fill(1)
    run(active, seconds=5)
    simulator.settle()
    Message.objects.update(poll_at=timezone.now())
    return Recipient.objects.get()


def accept(*recipients: Recipient) -> None:
    """Record their messages as accepted; a single one as SID."""
    several = len(recipients) > 1
    record_accepted(
        [
            (Claimed.of(delivery_of(one)), f"SM{one.pk:032}" if several else SID, timezone.now())
            for one in recipients
        ]
    )


@pytest.fixture
def sent(active, fill) -> Message:
    accept(*fill(1))
    return Message.objects.get()


def test_poll_finishes_what_callbacks_lost(silent):
    asked = polling.poll()

    silent.refresh_from_db()
    assert (asked, silent.status) == (1, "read")
    last = StatusChange.objects.last()
    assert (last.old, last.new, last.source) == ("sent", "read", "polling")


def test_poll_notes_what_the_message_cost(silent):
    polling.poll()

    message = Message.objects.get()
    assert (message.status, message.price, message.price_unit) == ("read", Decimal("0.005"), "USD")


def test_poll_leaves_a_message_alone_until_its_turn(sent, settings):
    settings.TWILIO_API_BASE_URL = NOBODY

    asked = polling.poll()

    assert asked == 0
    assert sent.poll_at - sent.created_at == timedelta(seconds=settings.POLL_AFTER_SECONDS)


def test_poll_leaves_a_message_with_news_alone(sent, settings):
    settings.TWILIO_API_BASE_URL = NOBODY
    Message.objects.update(poll_at=timezone.now())
    apply_status(StatusReport(sid=SID, status="delivered"))

    assert polling.poll() == 0


def test_poll_tries_again_when_the_provider_is_away(sent, settings, simulate):
    settings.TWILIO_API_BASE_URL = NOBODY
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "0" * 32, "0" * 32
    now = timezone.now()
    Message.objects.update(poll_at=now, created_at=now - timedelta(minutes=10))

    asked = polling.poll()

    sent.refresh_from_db()
    wait = sent.poll_at - timezone.now()
    assert (asked, sent.status) == (1, "queued")
    assert timedelta(minutes=9) < wait <= timedelta(minutes=11)


def test_poll_survives_a_message_the_provider_does_not_know(sent, simulator):
    Message.objects.update(poll_at=timezone.now())

    polling.poll()

    assert Recipient.objects.get().status == "sent"


def test_poll_goes_on_after_an_answer_that_cannot_be_written(
    active, fill, simulate, monkeypatch, caplog
):
    simulator = simulate(faults=(Fault("lost-callback", 1.0),))
    fill(3)
    run(active, seconds=5)
    simulator.settle()
    now = timezone.now()
    Message.objects.update(poll_at=now, created_at=now - timedelta(minutes=10))
    odd = Message.objects.order_by("pk").first()

    def apply(message):
        if message.sid == odd.message_sid:
            raise ValueError(odd.phone)
        apply_poll(message)

    apply_poll = polling.apply_poll
    monkeypatch.setattr(polling, "apply_poll", apply)

    assert polling.poll() == 3

    assert Message.objects.filter(status="read").count() == 2
    assert f"What the provider says of message {odd.pk}" in caplog.text
    assert odd.phone not in caplog.text


def test_take_silent_gives_each_message_to_one_worker(sent):
    now = timezone.now() + timedelta(hours=1)

    first, second = polling.take_silent(now, 10), polling.take_silent(now, 10)

    assert ([one.pk for one in first], second) == ([sent.pk], [])


def test_take_silent_takes_the_longest_silent_first(active, fill):
    now = timezone.now()
    accept(*fill(3))
    oldest = Message.objects.order_by("pk").last()
    Message.objects.filter(pk=oldest.pk).update(poll_at=now - timedelta(hours=1))

    taken = polling.take_silent(now + timedelta(hours=1), 1)

    assert [one.pk for one in taken] == [oldest.pk]


def test_next_turn_comes_after_as_long_again():
    sent_at = timezone.now()

    turn = polling.next_turn(sent_at, sent_at + timedelta(minutes=10))

    assert turn == sent_at + timedelta(minutes=20)


def test_next_turn_has_its_last_at_the_end_of_48_hours():
    sent_at = timezone.now()

    last_but_one = polling.next_turn(sent_at, sent_at + timedelta(hours=30))
    none = polling.next_turn(sent_at, sent_at + timedelta(hours=48))

    assert (last_but_one, none) == (sent_at + timedelta(hours=48), None)


def test_poll_costs_one_query_when_no_message_is_silent(sent, django_assert_num_queries):
    with django_assert_num_queries(3):  # the look, and the savepoint around it
        polling.poll()


def test_poll_stops_when_its_time_is_over(active, fill, simulator, monkeypatch):
    monkeypatch.setattr(polling, "BATCH", 1)
    accept(*fill(3))
    now = timezone.now()
    Message.objects.update(poll_at=now)

    assert polling.poll(seconds=0) == 1
    assert Message.objects.without_news(now).count() == 2

"""Sending hours and the campaign's end, in the claim, the last look and the request."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.models import Recipient
from messaging.delivery.claiming import claims
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.queue import skip_ended
from messaging.delivery.sending.requests import outbound_request
from messaging.models import Delivery
from tests.sending import change, claim, delivery_of, run

# A Friday, 15:00 in Santiago and 19:00 in Madrid.
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
CLOSED_IN_MADRID = {"hours_start": time(9), "hours_end": time(18)}
MONDAY_IN_MADRID = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def two(active, fill, clock):
    """A recipient in Santiago and one in Madrid."""
    santiago, madrid = fill(2)
    for one, zone in ((santiago, "America/Santiago"), (madrid, "Europe/Madrid")):
        Delivery.objects.filter(token=one.token).update(time_zone=zone)
    return santiago, madrid


def test_claim_leaves_people_outside_their_hours_until_the_next_opening(active, two):
    santiago, madrid = two
    change(active, **CLOSED_IN_MADRID, days=0b001_1111)

    taken = claim(active)

    waiting = delivery_of(madrid)
    assert ([one.token for one in taken.deliveries], taken.seen) == ([santiago.token], 2)
    assert (waiting.state, waiting.due_at) == ("waiting", MONDAY_IN_MADRID)
    assert claim(active).seen == 0


def test_claim_tests_the_hours_of_a_retry_again(active, two):
    _santiago, madrid = two
    change(active, **CLOSED_IN_MADRID)
    Delivery.objects.filter(token=madrid.token).update(due_at=NOW, retries=1, attempts=1)

    claim(active)

    waiting = delivery_of(madrid)
    assert (waiting.attempts, waiting.due_at) == (1, datetime(2026, 11, 21, 8, tzinfo=UTC))


def test_claim_takes_them_once_it_opens(active, two, clock):
    _santiago, madrid = two
    change(active, **CLOSED_IN_MADRID)
    claim(active)
    clock.move_to(datetime(2026, 11, 21, 8, tzinfo=UTC))

    taken = claim(active)

    assert [one.token for one in taken.deliveries] == [madrid.token]


def test_claim_skips_who_cannot_be_written_to_before_the_end(active, two):
    _santiago, madrid = two
    change(active, **CLOSED_IN_MADRID, ends_at=NOW + timedelta(hours=2))

    taken = claim(active)

    madrid.refresh_from_db()
    assert len(taken.deliveries) == 1
    assert (madrid.status, madrid.why) == (
        "skipped",
        "no sending hour before the campaign's end",
    )


def test_claim_skips_everyone_after_the_end(active, two):
    change(active, ends_at=NOW)

    taken = claim(active)

    assert (taken.deliveries, taken.seen) == ([], 2)
    assert set(Recipient.objects.values_list("status", flat=True)) == {"skipped"}


def test_last_look_gives_back_whose_hours_ended_while_they_waited(active, two, clock):
    santiago, madrid = two
    change(active, hours_start=time(9), hours_end=time(19, 0, 30))
    Delivery.objects.update(due_at=NOW)
    group = claim(active).deliveries
    clock.shift(timedelta(seconds=29.5))

    leaving = claims.last_look(group)

    waiting = delivery_of(madrid)
    assert [one.token for one in leaving] == [santiago.token]
    assert (waiting.state, waiting.attempts) == ("waiting", 0)


def test_last_look_gives_back_everyone_at_the_end(active, two, clock):
    change(active, ends_at=NOW + timedelta(seconds=30))
    group = claim(active).deliveries
    clock.shift(timedelta(seconds=30))

    assert (len(group), claims.last_look(group)) == (2, [])


def test_skip_ended_skips_what_waits_beyond_the_end(active, two):
    Delivery.objects.update(due_at=NOW + timedelta(days=1))
    change(active, ends_at=NOW)

    assert skip_ended() == 2
    assert set(Recipient.objects.values_list("status", "reason")) == {("skipped", "ended")}


def test_skip_ended_leaves_campaigns_that_go_on(active, two):
    change(active, ends_at=NOW + timedelta(seconds=1))

    assert skip_ended() == 0


def test_run_sends_nothing_after_the_hours_ended(active, fill, simulator, monkeypatch):
    monkeypatch.setattr(claims, "CLAIM_SECONDS", 10)  # everyone is claimed while it is open
    fill(120)
    active.sender.rate = 30
    active.sender.save()
    closing = timezone.now() + timedelta(seconds=3)
    opened = closing - timedelta(hours=1)
    change(active, hours_start=opened.time(), hours_end=closing.time())
    Delivery.objects.update(time_zone="UTC")

    sent = run(active, seconds=5).accepted

    assert 0 < sent < 120
    assert max(entry["at"] for entry in simulator.journal) < closing.timestamp()
    opening = closing + timedelta(hours=23)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {opening}


@pytest.mark.parametrize(("channel", "expected"), [("sms", 1_800), ("whatsapp", None)])
def test_request_of_an_sms_expires_with_the_hours(active, two, channel, expected):
    active.sender.channel = channel
    change(active, hours_start=time(9), hours_end=time(15, 30))
    claimed = Claimed.of(delivery_of(two[0]))

    assert outbound_request(active.sender, claimed).validity_period == expected

"""Sending hours and the campaign's end, in the claim, the last look and the request."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from messaging.delivery import claims
from messaging.delivery.requests import outbound_request
from messaging.delivery.runner import run

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
    Recipient.objects.filter(pk=santiago.pk).update(time_zone="America/Santiago")
    Recipient.objects.filter(pk=madrid.pk).update(time_zone="Europe/Madrid")
    return santiago, madrid


def claim(active):
    return claims.claim(active.pk, 10, now=timezone.now())


def test_claim_leaves_people_outside_their_hours_until_the_next_opening(active, two):
    santiago, madrid = two
    Campaign.objects.update(**CLOSED_IN_MADRID, days=0b001_1111)

    taken = claim(active)

    madrid.refresh_from_db()
    assert ([one.pk for one in taken.recipients], taken.seen) == ([santiago.pk], 2)
    assert (madrid.status, madrid.not_before) == ("pending", MONDAY_IN_MADRID)
    assert claim(active).seen == 0


def test_claim_tests_the_hours_of_a_retry_again(active, two):
    _santiago, madrid = two
    Campaign.objects.update(**CLOSED_IN_MADRID)
    Recipient.objects.filter(pk=madrid.pk).update(not_before=NOW, retries=1, attempts=1)

    claim(active)

    madrid.refresh_from_db()
    assert (madrid.attempts, madrid.not_before) == (1, datetime(2026, 11, 21, 8, tzinfo=UTC))


def test_claim_takes_them_once_it_opens(active, two, clock):
    _santiago, madrid = two
    Campaign.objects.update(**CLOSED_IN_MADRID)
    claim(active)
    clock.move_to(datetime(2026, 11, 21, 8, tzinfo=UTC))

    taken = claim(active)

    assert [one.pk for one in taken.recipients] == [madrid.pk]


def test_claim_skips_who_cannot_be_written_to_before_the_end(active, two):
    _santiago, madrid = two
    Campaign.objects.update(**CLOSED_IN_MADRID, ends_at=NOW + timedelta(hours=2))

    taken = claim(active)

    madrid.refresh_from_db()
    assert len(taken.recipients) == 1
    assert (madrid.status, madrid.reason) == (
        "skipped",
        "no sending hour before the campaign's end",
    )


def test_claim_skips_everyone_after_the_end(active, two):
    Campaign.objects.update(ends_at=NOW)

    taken = claim(active)

    assert (taken.recipients, taken.seen) == ([], 2)
    assert set(Recipient.objects.values_list("status", flat=True)) == {"skipped"}


def test_last_look_gives_back_whose_hours_ended_while_they_waited(active, two, clock):
    santiago, madrid = two
    Campaign.objects.update(hours_start=time(9), hours_end=time(19, 0, 30))
    group = claims.claim(active.pk, 10, now=NOW - timedelta(seconds=1)).recipients
    clock.shift(timedelta(seconds=29.5))

    leaving = claims.last_look(group)

    madrid.refresh_from_db()
    assert [one.pk for one in leaving] == [santiago.pk]
    assert (madrid.status, madrid.attempts) == ("pending", 0)


def test_last_look_gives_back_everyone_at_the_end(active, two, clock):
    Campaign.objects.update(ends_at=NOW + timedelta(seconds=30))
    group = claim(active).recipients
    clock.shift(timedelta(seconds=30))

    assert (len(group), claims.last_look(group)) == (2, [])


def test_skip_ended_skips_what_waits_beyond_the_end(active, two):
    Recipient.objects.update(not_before=NOW + timedelta(days=1))
    Campaign.objects.update(ends_at=NOW)

    assert claims.skip_ended() == 2
    assert set(Recipient.objects.values_list("status", "reason")) == {
        ("skipped", "no sending hour before the campaign's end")
    }


def test_skip_ended_leaves_campaigns_that_go_on(active, two):
    Campaign.objects.update(ends_at=NOW + timedelta(seconds=1))

    assert claims.skip_ended() == 0


def test_run_sends_nothing_after_the_hours_ended(active, fill, simulator, monkeypatch):
    monkeypatch.setattr(claims, "CLAIM_SECONDS", 10)  # everyone is claimed while it is open
    fill(120)
    active.sender.rate = 30
    active.sender.save()
    closing = timezone.now() + timedelta(seconds=3)
    active.hours_start, active.hours_end = (closing - timedelta(hours=1)).time(), closing.time()
    active.save()
    Recipient.objects.update(time_zone="UTC")

    sent = run(active, seconds=5).accepted

    assert 0 < sent < 120
    assert max(entry["at"] for entry in simulator.journal) < closing.timestamp()
    waiting = Recipient.objects.filter(status="pending")
    opening = closing + timedelta(hours=23)
    assert set(waiting.values_list("not_before", flat=True)) == {opening}


@pytest.mark.parametrize(("channel", "expected"), [("sms", 1_800), ("whatsapp", None)])
def test_request_of_an_sms_expires_with_the_hours(active, two, channel, expected):
    santiago, _madrid = two
    active.sender.channel = channel
    active.hours_start, active.hours_end = time(9), time(15, 30)
    santiago.refresh_from_db()

    assert outbound_request(active, santiago).validity_period == expected

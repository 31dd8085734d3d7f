"""A campaign's own pace (messages per hour), through claims, runs and jobs."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ

from campaigns.models import Campaign
from messaging.delivery import jobs
from messaging.delivery.claiming import claims
from messaging.delivery.timing.moments import next_moment
from messaging.delivery.timing.slots import line_opens_at
from messaging.models import Delivery, DeliveryStream, Lane, Sender
from tests.sending import change, claim, run


@pytest.fixture
def paced(active, fill) -> Campaign:
    """Three recipients and a pace of two messages a second."""
    fill(3)
    change(active, per_hour=7_200)
    return active


def put_off(campaign, seconds):
    DeliveryStream.objects.update(next_slot=time.time() + seconds)


def test_run_spreads_the_messages_evenly(paced, simulator):
    run(paced, seconds=5)

    times = sorted(entry["at"] for entry in simulator.journal)
    assert len(times) == 3
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == pytest.approx([0.5, 0.5], abs=0.35)


def test_claim_takes_nothing_before_the_next_slot(paced):
    put_off(paced, 10)

    assert claim(paced).seen == 0


def test_next_moment_is_the_campaigns_own_slot(paced):
    put_off(paced, 36)

    moment = next_moment(paced.sender_id)

    assert (moment - timezone.now()).total_seconds() == pytest.approx(34, abs=0.3)


def test_next_moment_is_that_of_the_recipient_when_it_comes_later(paced):
    put_off(paced, 36)
    later = timezone.now() + timedelta(minutes=5)
    Delivery.objects.update(due_at=later)

    assert next_moment(paced.sender_id) == later


@pytest.mark.parametrize("seconds", [5, 50, 70, 3_600])
def test_send_from_ends_at_once_before_a_slot_to_come(paced, simulator, seconds):
    put_off(paced, seconds)
    began = time.monotonic()

    jobs.send_from(paced.sender_id)

    woken_in = (Lane.objects.get().wake_at - timezone.now()).total_seconds()
    assert (OrmQ.objects.count(), len(simulator.journal)) == (0, 0)
    assert time.monotonic() - began < 2
    assert woken_in == pytest.approx(seconds - 2.3, abs=1)


def test_send_from_sends_one_message_and_leaves_the_worker(paced, simulator):
    change(paced, per_hour=60)

    jobs.send_from(paced.sender_id)

    gap = DeliveryStream.objects.get().next_slot - time.time()
    assert (len(simulator.journal), gap) == (1, pytest.approx(59, abs=2))


def test_claim_takes_nothing_while_the_senders_line_is_far(active, fill):
    """As a sender of one message in ten seconds has it most of the time."""
    fill(1)
    Sender.objects.update(next_slot=time.time() + 8)

    assert claim(active).seen == 0


def test_send_from_leaves_the_worker_while_the_senders_line_is_far(active, fill, simulator):
    fill(2)
    Sender.objects.update(rate=0.1)
    began = time.monotonic()

    jobs.send_from(active.sender_id)

    woken_in = (Lane.objects.get().wake_at - timezone.now()).total_seconds()
    assert (len(simulator.journal), time.monotonic() - began < 4) == (1, True)
    assert woken_in == pytest.approx(8.5, abs=1)


def test_the_line_of_a_sender_counts_only_when_it_is_far(active):
    now = timezone.now()
    chances = []
    for seconds in (0, 2, 10):
        active.sender.next_slot = now.timestamp() + seconds
        chances.append((line_opens_at(active.sender, now) - now).total_seconds())

    assert chances == pytest.approx([0, 0, 9])


def test_slots_that_are_given_back_are_taken_by_the_next_claim(paced):
    put_off(paced, 1.4)
    first = claim(paced).deliveries
    claims.give_back(first)

    again = claim(paced).deliveries

    assert len(first) == 2
    slots = [one.leaves_at for one in first]
    assert [one.leaves_at for one in again] == pytest.approx(slots, abs=0.01)


def test_slots_before_one_that_was_used_stay_taken(paced):
    before, _used, after = claim(paced).deliveries

    claims.give_back([before, after])

    assert DeliveryStream.objects.get().next_slot == pytest.approx(after.leaves_at, abs=0.01)


def test_slots_are_not_given_back_when_more_were_taken_since(paced, fill):
    taken = claim(paced).deliveries
    DeliveryStream.objects.update(next_slot=taken[-1].leaves_at + 5)

    claims.give_back(taken)

    assert DeliveryStream.objects.get().next_slot == pytest.approx(
        taken[-1].leaves_at + 5, abs=0.01
    )


def test_a_pace_never_catches_up_on_what_it_missed(paced):
    put_off(paced, -60)

    slots = [one.leaves_at for one in claim(paced).deliveries]

    assert slots[0] == pytest.approx(time.time(), abs=0.5)
    assert [later - earlier for earlier, later in pairwise(slots)] == pytest.approx([0.5, 0.5])


def test_claim_takes_only_the_slots_of_a_pace_that_come_soon(paced):
    change(paced, per_hour=3_600)

    with time_machine.travel(timezone.now(), tick=False):
        claimed = len(claim(paced).deliveries), claim(paced).seen
        ahead = DeliveryStream.objects.get().next_slot - time.time()

    assert claimed == (2, 0)
    assert ahead == pytest.approx(2.25, abs=0.5)

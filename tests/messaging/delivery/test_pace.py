"""A campaign's own pace (messages per hour), through claims, runs and jobs."""

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns import jobs
from campaigns.models import Campaign, Recipient
from messaging.delivery import claims, reconciliation
from messaging.delivery.dispatch import Departures
from messaging.delivery.runner import run
from messaging.delivery.slots import next_chance
from messaging.models import Sender


@pytest.fixture
def paced(active, fill) -> Campaign:
    """Three recipients and a pace of two messages a second."""
    fill(3)
    active.per_hour = 7_200
    active.save()
    return active


def put_off(campaign, seconds):
    Campaign.objects.filter(pk=campaign.pk).update(next_slot=time.time() + seconds)


def test_run_spreads_the_messages_evenly(paced, simulator):
    run(paced, seconds=5)

    times = sorted(entry["at"] for entry in simulator.journal)
    assert len(times) == 3
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == pytest.approx([0.5, 0.5], abs=0.35)


def test_claim_takes_nothing_before_the_next_slot(paced):
    put_off(paced, 10)

    assert claims.claim(paced.pk, 3, now=timezone.now()).seen == 0


def test_next_moment_is_the_campaigns_own_slot(paced):
    put_off(paced, 36)

    moment = reconciliation.next_moment(paced.pk)

    assert (moment - timezone.now()).total_seconds() == pytest.approx(35.5, abs=0.3)


def test_next_moment_is_that_of_the_recipient_when_it_comes_later(paced):
    put_off(paced, 36)
    later = timezone.now() + timedelta(minutes=5)
    Recipient.objects.update(not_before=later)

    assert reconciliation.next_moment(paced.pk) == later


@pytest.mark.parametrize("seconds", [3, 50, 70, 3_600])
def test_send_campaign_ends_at_once_before_a_slot_to_come(paced, simulator, seconds):
    put_off(paced, seconds)
    began = time.monotonic()

    jobs.send_campaign(paced.pk)

    woken_in = (Campaign.objects.get().wake_at - timezone.now()).total_seconds()
    assert (OrmQ.objects.count(), len(simulator.journal)) == (0, 0)
    assert time.monotonic() - began < 2
    assert woken_in == pytest.approx(seconds - 1.25, abs=1)


def test_send_campaign_sends_one_message_and_leaves_the_worker(paced, simulator):
    Campaign.objects.update(per_hour=60)

    jobs.send_campaign(paced.pk)

    gap = Campaign.objects.get().next_slot - time.time()
    assert (len(simulator.journal), gap) == (1, pytest.approx(59, abs=2))


def test_claim_takes_nothing_while_the_senders_line_is_far(active, fill):
    """As a sender of one message in ten seconds has it most of the time."""
    fill(1)
    Sender.objects.update(next_slot=time.time() + 8)

    assert claims.claim(active.pk, 3, now=timezone.now()).seen == 0


def test_send_campaign_leaves_the_worker_while_the_senders_line_is_far(active, fill, simulator):
    fill(2)
    Sender.objects.update(rate=0.1)
    began = time.monotonic()

    jobs.send_campaign(active.pk)

    woken_in = (Campaign.objects.get().wake_at - timezone.now()).total_seconds()
    assert (len(simulator.journal), time.monotonic() - began < 4) == (1, True)
    assert woken_in == pytest.approx(8.5, abs=1)


def test_next_chance_heeds_a_line_that_others_fill_only_when_it_is_far(active):
    now = timezone.now()
    chances = []
    for seconds in (0, 2, 10):
        active.sender.next_slot = now.timestamp() + seconds
        chances.append((next_chance(active, now) - now).total_seconds())

    assert chances == pytest.approx([0, 0, 9])


def test_run_uses_the_slot_of_a_pace_even_when_it_is_late(paced, simulator, monkeypatch):
    """The next one may be a minute away, and a single message makes no burst."""
    Campaign.objects.update(per_hour=60)
    paced.per_hour = 60
    depart = Departures._depart

    async def be_late(self, recipient, slot, clearance):
        await asyncio.sleep(max(0, slot + 0.2 - time.time()))
        await depart(self, recipient, slot, clearance)

    monkeypatch.setattr(Departures, "_depart", be_late)

    run(paced, seconds=5)

    assert len(simulator.journal) == 1

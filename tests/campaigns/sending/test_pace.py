"""A campaign's own pace (messages per hour), through claims, runs and jobs."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns import jobs
from campaigns.models import Campaign, Recipient
from campaigns.sending import claims, reconciliation
from campaigns.sending.engine import run


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


@pytest.mark.parametrize(("seconds", "queued"), [(50, 1), (70, 0)])
def test_send_campaign_hands_over_while_the_next_slot_is_worth_waiting_for(
    paced, simulator, monkeypatch, seconds, queued
):
    monkeypatch.setattr(jobs, "RUN_SECONDS", 0.1)
    put_off(paced, seconds)

    jobs.send_campaign(paced.pk)

    assert (OrmQ.objects.count(), len(simulator.journal)) == (queued, 0)


def test_send_campaign_waits_out_its_time_for_a_near_slot(paced, simulator, monkeypatch):
    monkeypatch.setattr(jobs, "RUN_SECONDS", 0.5)
    put_off(paced, 30)
    began = time.monotonic()

    jobs.send_campaign(paced.pk)

    assert time.monotonic() - began >= 0.5

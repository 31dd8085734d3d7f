from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ

from campaigns import jobs
from campaigns.models import Campaign, Recipient
from campaigns.operations import launch, pause
from campaigns.states import CampaignStatus
from tests.factories.people import people
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def launched(campaign, contact, simulator) -> Campaign:
    launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    OrmQ.objects.all().delete()
    Campaign.objects.update(queued_at=None)
    return campaign


def test_send_campaign_sends_and_completes(launched):
    told = jobs.send_campaign(launched.pk)

    launched.refresh_from_db()
    assert (told, launched.status) == ("1 accepted, completed", "completed")


def test_send_campaign_twice_sends_once(launched, simulator):
    jobs.send_campaign(launched.pk)

    told = jobs.send_campaign(launched.pk)

    assert told == "not active, or another worker has it"
    assert len(simulator.journal) == 1


def test_send_campaign_leaves_its_lane_open(launched):
    Recipient.objects.update(not_before=timezone.now() + timedelta(hours=1))

    jobs.send_campaign(launched.pk)

    launched.refresh_from_db()
    assert (launched.status, launched.worker_lease_until) == ("active", None)


def test_send_campaign_hands_over_what_its_time_did_not_reach(launched, monkeypatch):
    monkeypatch.setattr(jobs, "RUN_SECONDS", 0)

    told = jobs.send_campaign(launched.pk)

    assert (told, OrmQ.objects.count()) == ("0 accepted, more to do", 1)


def test_send_campaign_does_nothing_as_a_second_job_for_one_turn(launched, simulator):
    told = jobs.send_campaign(launched.pk, queued=True)

    assert (told, len(simulator.journal)) == ("another job had its turn", 0)


def test_send_campaign_notes_that_the_queued_job_began_whatever_comes_of_it(launched):
    Campaign.objects.update(queued_at=timezone.now(), status=CampaignStatus.PAUSED)

    jobs.send_campaign(launched.pk, queued=True)

    assert Campaign.objects.get().queued_at is None


def test_send_campaign_leaves_the_moment_of_what_comes_later(launched):
    later = timezone.now() + timedelta(hours=1)
    Recipient.objects.update(not_before=later)

    jobs.send_campaign(launched.pk)

    assert (Campaign.objects.get().wake_at, OrmQ.objects.count()) == (later, 0)


def test_wake_due_campaigns_queues_whose_moment_has_come(launched):
    Campaign.objects.update(wake_at=timezone.now())

    assert (jobs.wake_due_campaigns(), OrmQ.objects.count()) == ("1 woken", 1)


def test_start_due_campaigns_launches_on_time(campaign, contact):
    now = timezone.now()
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=now)

    assert jobs.start_due_campaigns() == "1 started"
    assert Campaign.objects.get().status == "active"


@pytest.mark.parametrize(("late", "status"), [(120, "active"), (121, "draft")])
def test_start_due_campaigns_starts_at_most_two_hours_late(campaign, contact, late, status):
    start = timezone.now() - timedelta(minutes=late) + timedelta(seconds=20)
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=start)

    jobs.start_due_campaigns()

    assert Campaign.objects.get().status == status


@time_machine.travel("2026-11-20T18:00:00Z", tick=False)
def test_start_due_campaigns_says_why_a_missed_start_did_not_happen(campaign, contact):
    start = timezone.now() - timedelta(minutes=31)
    Campaign.objects.update(
        status=CampaignStatus.SCHEDULED, scheduled_at=start, start_expiry_minutes=30
    )

    assert jobs.start_due_campaigns() == "0 started"
    assert Campaign.objects.get().status_reason == (
        "It did not start on 11/20/2026 2:29 p.m.: nothing was working then, and it may start at"
        " most 30 min late. Launch it now, or choose another start."
    )


def test_start_due_campaigns_returns_one_that_cannot_start(campaign):
    now = timezone.now()
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=now)

    jobs.start_due_campaigns()

    campaign.refresh_from_db()
    assert (campaign.status, bool(campaign.status_reason)) == ("draft", True)


def test_wake_campaigns_gives_a_worker_to_what_has_none(launched):
    assert jobs.wake_campaigns() == "1 woken"
    assert OrmQ.objects.count() == 1


def test_wake_campaigns_leaves_what_a_worker_has(launched):
    Campaign.objects.update(worker_lease_until=timezone.now() + timedelta(seconds=10))

    assert jobs.wake_campaigns() == "0 woken"


def test_wake_campaigns_completes_what_is_done(launched):
    Recipient.objects.update(status="skipped")

    jobs.wake_campaigns()

    assert Campaign.objects.get().status == "completed"


def test_wake_campaigns_skips_what_a_late_settlement_returned_to_a_cancelled_one(launched):
    Campaign.objects.update(status=CampaignStatus.CANCELLED)

    jobs.wake_campaigns()

    assert Recipient.objects.get().status == "skipped"


def test_expire_leases_then_reconcile_returns_a_dead_workers_claim(launched, settings):
    settings.RECONCILE_AFTER_SECONDS = 0
    past = timezone.now() - timedelta(minutes=1)
    Recipient.objects.update(status="claimed", claimed_at=past, lease_expires_at=past)

    told = (jobs.expire_leases(), jobs.reconcile_uncertain())

    assert told == ("1 uncertain", "1 asked")
    assert Recipient.objects.get().status == "pending"


def test_send_campaign_reaches_everyone_at_the_senders_rate(launched):
    people(40)
    second = Campaign.objects.create(
        name="Segunda", sender=launched.sender, template=launched.template
    )
    launch(second.pk, by=SYSTEM, accept_warnings=True)

    told = jobs.send_campaign(second.pk)

    assert told == "41 accepted, completed"


def test_send_campaign_skips_and_completes_after_the_end(launched, simulator):
    Campaign.objects.update(ends_at=timezone.now())

    jobs.send_campaign(launched.pk)

    assert Campaign.objects.get().status == "completed"
    assert Recipient.objects.get().status == "skipped"
    assert len(simulator.journal) == 0


def test_wake_campaigns_completes_what_the_end_left_waiting(launched):
    Recipient.objects.update(not_before=timezone.now() + timedelta(days=1))
    Campaign.objects.update(ends_at=timezone.now())

    jobs.wake_campaigns()

    assert Campaign.objects.get().status == "completed"


def test_send_campaign_sends_nothing_outside_the_hours(launched, simulator):
    now = timezone.now()
    a_while_ago = [(now - timedelta(hours=hours)).time() for hours in (2, 1)]
    Campaign.objects.update(hours_start=a_while_ago[0], hours_end=a_while_ago[1])
    Recipient.objects.update(time_zone="UTC")

    jobs.send_campaign(launched.pk)

    assert (Recipient.objects.get().status, len(simulator.journal)) == ("pending", 0)


def test_send_campaign_completes_one_whose_end_came_before_a_retry(launched, simulator):
    Recipient.objects.update(not_before=timezone.now() + timedelta(days=1))
    Campaign.objects.update(ends_at=timezone.now())

    assert jobs.send_campaign(launched.pk) == "0 accepted, completed"


@pytest.fixture
def paused(launched) -> Campaign:
    """A campaign that was paused, with one person pending."""
    pause(launched.pk, by=SYSTEM, reason="Paused by jefa.")
    return launched


def test_wake_campaigns_ends_a_paused_campaign_past_its_end(paused):
    Campaign.objects.update(ends_at=timezone.now())

    jobs.wake_campaigns()

    recipient, ended = Recipient.objects.get(), Campaign.objects.get()
    assert (recipient.status, recipient.reason) == (
        "skipped",
        "no sending hour before the campaign's end",
    )
    assert (ended.status, ended.status_reason) == (
        "completed",
        "Paused by jefa. The end of the campaign came before it was resumed.",
    )


def test_wake_campaigns_leaves_what_is_open_of_a_paused_campaign_past_its_end(paused):
    Recipient.objects.update(status="uncertain", uncertain_at=timezone.now())
    Campaign.objects.update(ends_at=timezone.now())

    jobs.wake_campaigns()

    assert (Recipient.objects.get().status, Campaign.objects.get().status) == (
        "uncertain",
        "paused",
    )


@pytest.mark.parametrize("ends_in", [None, timedelta(minutes=1)])
def test_wake_campaigns_leaves_a_paused_campaign_before_its_end(paused, ends_in):
    Recipient.objects.update(status="failed")
    Campaign.objects.update(ends_at=ends_in and timezone.now() + ends_in)

    jobs.wake_campaigns()

    assert Campaign.objects.get().status == "paused"

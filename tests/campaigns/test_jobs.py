from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns import jobs
from campaigns.models import Campaign, Recipient
from campaigns.operations import launch, pause
from campaigns.states import CampaignStatus
from messaging.delivery.queue import skip_ended
from messaging.models import Delivery
from tests.sending import change, quiet
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def launched(campaign, contact, simulator) -> Campaign:
    launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    quiet()
    return campaign


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
    assert Campaign.objects.get().why == (
        "It did not start on 11/20/2026 2:29 p.m.: nothing was working then, and it may start at"
        " most 30 min late. Launch it now, or choose another start."
    )


def test_start_due_campaigns_returns_one_that_cannot_start(campaign):
    now = timezone.now()
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=now)

    jobs.start_due_campaigns()

    campaign.refresh_from_db()
    assert (campaign.status, bool(campaign.why)) == ("draft", True)


def test_complete_campaigns_completes_what_is_done(launched):
    Recipient.objects.update(status="skipped")

    assert jobs.complete_campaigns() == "1 completed"
    assert Campaign.objects.get().status == "completed"


@pytest.fixture
def paused(launched) -> Campaign:
    """A campaign that was paused, with one person pending."""
    pause(launched.pk, by=SYSTEM, reason="Paused by jefa.")
    return launched


def test_complete_campaigns_ends_a_paused_campaign_past_its_end(paused):
    change(paused, ends_at=timezone.now())
    skip_ended()

    jobs.complete_campaigns()

    recipient, ended = Recipient.objects.get(), Campaign.objects.get()
    assert (recipient.status, recipient.why) == (
        "skipped",
        "no sending hour before the campaign's end",
    )
    assert (ended.status, ended.why) == (
        "completed",
        "Paused by jefa. The end of the campaign came before it was resumed.",
    )


def test_complete_campaigns_leaves_what_is_in_hand_of_a_paused_campaign_past_its_end(paused):
    Delivery.objects.update(state="uncertain")
    change(paused, ends_at=timezone.now())
    skip_ended()

    jobs.complete_campaigns()

    assert (Delivery.objects.get().state, Campaign.objects.get().status) == (
        "uncertain",
        "paused",
    )


@pytest.mark.parametrize("ends_in", [None, timedelta(minutes=1)])
def test_complete_campaigns_leaves_a_paused_campaign_before_its_end(paused, ends_in):
    Recipient.objects.update(status="failed")
    change(paused, ends_at=ends_in and timezone.now() + ends_in)

    jobs.complete_campaigns()

    assert Campaign.objects.get().status == "paused"

"""The jobs of deliveries, with a campaign as their source."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns.models import Campaign, Recipient
from campaigns.operations import launch
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging import accounts
from messaging.delivery import jobs
from messaging.jobs import refresh_accounts
from messaging.models import Account, Delivery, DeliveryStream, Lane, Sender
from tests.sending import change, quiet, set_status
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def launched(campaign, contact, simulator) -> Campaign:
    launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    quiet()
    return campaign


def test_send_from_sends_and_completes(launched):
    told = jobs.send_from(launched.sender_id)

    launched.refresh_from_db()
    assert (told, launched.status) == ("1 accepted", "completed")
    assert DeliveryStream.objects.get().state == "ended"


def test_send_from_twice_sends_once(launched, simulator):
    jobs.send_from(launched.sender_id)

    told = jobs.send_from(launched.sender_id)

    assert (told, len(simulator.journal)) == ("0 accepted", 1)


def test_send_from_leaves_its_lane_open(launched):
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=1))

    jobs.send_from(launched.sender_id)

    assert (Campaign.objects.get().status, Lane.objects.get().runner_until) == ("active", None)


def test_send_from_leaves_a_sender_that_another_worker_has(launched, simulator):
    Lane.objects.update(runner_until=timezone.now() + timedelta(seconds=10))

    assert jobs.send_from(launched.sender_id) == "another worker has it"


def test_send_from_hands_over_what_its_time_did_not_reach(launched, monkeypatch):
    monkeypatch.setattr(jobs, "RUN_SECONDS", 0)

    told = jobs.send_from(launched.sender_id)

    assert (told, OrmQ.objects.count()) == ("0 accepted, more to do", 1)


def test_send_from_does_nothing_as_a_second_job_for_one_turn(launched, simulator):
    told = jobs.send_from(launched.sender_id, queued=True)

    assert (told, len(simulator.journal)) == ("another job had its turn", 0)


def test_send_from_notes_that_the_queued_job_began_whatever_comes_of_it(launched):
    set_status(launched, CampaignStatus.PAUSED)
    Lane.objects.update(queued_at=timezone.now())

    jobs.send_from(launched.sender_id, queued=True)

    assert Lane.objects.get().queued_at is None


def test_send_from_leaves_the_moment_of_what_comes_later(launched):
    later = timezone.now() + timedelta(hours=1)
    Delivery.objects.update(due_at=later)

    jobs.send_from(launched.sender_id)

    assert (Lane.objects.get().wake_at, OrmQ.objects.count()) == (later, 0)


def test_send_from_halts_the_streams_of_a_sender_that_was_switched_off(launched, simulator):
    Sender.objects.update(status="disabled")

    jobs.send_from(launched.sender_id)

    assert (Campaign.objects.get().status, len(simulator.journal)) == ("paused", 0)


def test_wake_due_senders_queues_whose_moment_has_come(launched):
    Lane.objects.update(wake_at=timezone.now())

    assert (jobs.wake_due_senders(), OrmQ.objects.count()) == ("1 woken", 1)


def test_wake_senders_gives_a_worker_to_what_has_none(launched):
    assert jobs.wake_senders() == "0 skipped, 1 woken"
    assert OrmQ.objects.count() == 1


def test_wake_senders_leaves_what_a_worker_has(launched):
    Lane.objects.update(runner_until=timezone.now() + timedelta(seconds=10))

    assert jobs.wake_senders() == "0 skipped, 0 woken"


def test_wake_senders_skips_what_a_late_settlement_returned_to_a_cancelled_campaign(launched):
    set_status(launched, CampaignStatus.CANCELLED)

    told = jobs.wake_senders()

    assert (told, Recipient.objects.get().status) == ("1 skipped, 0 woken", "skipped")


def test_expire_leases_then_reconcile_returns_a_dead_workers_claim(launched, settings):
    settings.RECONCILE_AFTER_SECONDS = 0
    past = timezone.now() - timedelta(minutes=1)
    Delivery.objects.update(state="claimed", claimed_at=past, lease_until=past)

    told = (jobs.expire_leases(), jobs.reconcile_uncertain())

    assert told == ("1 uncertain", "1 asked")
    assert Delivery.objects.get().state == "waiting"


def test_send_from_serves_all_campaigns_of_the_sender(launched):
    Contact.objects.bulk_create(Contact(phone=f"+5691234{n:04d}") for n in range(40))
    second = Campaign.objects.create(
        name="Segunda", sender=launched.sender, template=launched.template
    )
    launch(second.pk, by=SYSTEM, accept_warnings=True)

    told = jobs.send_from(second.sender_id)

    assert told == "42 accepted"
    assert set(Campaign.objects.values_list("status", flat=True)) == {"completed"}


def test_send_from_skips_and_completes_after_the_end(launched, simulator):
    change(launched, ends_at=timezone.now())

    jobs.send_from(launched.sender_id)

    assert Campaign.objects.get().status == "completed"
    assert Recipient.objects.get().status == "skipped"
    assert len(simulator.journal) == 0


def test_wake_senders_skips_what_the_end_left_waiting(launched):
    Delivery.objects.update(due_at=timezone.now() + timedelta(days=1))
    change(launched, ends_at=timezone.now())

    assert jobs.wake_senders() == "1 skipped, 0 woken"


def test_send_from_sends_nothing_outside_the_hours(launched, simulator):
    now = timezone.now()
    opened, closed = [(now - timedelta(hours=hours)).time() for hours in (2, 1)]
    change(launched, hours_start=opened, hours_end=closed)
    Delivery.objects.update(time_zone="UTC")

    jobs.send_from(launched.sender_id)

    assert (Delivery.objects.get().state, len(simulator.journal)) == ("waiting", 0)


def test_send_from_sends_nothing_with_an_account_that_is_switched_off(launched, simulator, caplog):
    accounts.switch_off([launched.sender.account_id], by=SYSTEM)

    told = jobs.send_from(launched.sender_id)

    assert (told, simulator.journal) == ("no account to send with", [])
    assert (Delivery.objects.get().state, Lane.objects.get().runner_until) == ("waiting", None)
    assert "is switched off" in caplog.text


def test_send_from_goes_on_when_the_account_is_switched_on_again(launched):
    accounts.switch_off([launched.sender.account_id], by=SYSTEM)
    jobs.send_from(launched.sender_id)
    accounts.switch_on([launched.sender.account_id], by=SYSTEM)

    assert jobs.send_from(launched.sender_id) == "1 accepted"


def test_a_refusal_of_the_account_has_the_provider_asked_about_it(launched, settings):
    settings.TWILIO_AUTH_TOKEN = "wrong"
    Account.objects.update(status="connected", last_synced_at=timezone.now())

    jobs.send_from(launched.sender_id)
    refresh_accounts()

    assert Account.objects.get().status == "error"
    assert Campaign.objects.get().status == "paused"

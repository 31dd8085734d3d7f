from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.delivery import queue
from messaging.delivery.claiming import claims
from messaging.delivery.queue import skip_ended
from messaging.models import Delivery, Sender
from optouts.operations import opt_out
from tests.sending import claim, set_status


def test_claim_takes_the_oldest_up_to_the_limit(active, fill):
    recipients = fill(3)

    taken = claim(active, limit=2)

    assert [one.token for one in taken.deliveries] == [recipients[0].token, recipients[1].token]
    assert taken.seen == 2


def test_claim_gives_each_recipient_to_one_worker(active, fill):
    fill(3)

    first, second = claim(active), claim(active)

    assert (len(first.deliveries), second.seen) == (3, 0)


def test_claim_counts_the_attempt_and_sets_a_lease(active, fill, settings):
    settings.SENDING_LEASE_SECONDS = 60
    fill(1)

    (one,) = claim(active).deliveries

    assert one.attempts == 1
    assert one.lease_until - one.claimed_at == timedelta(seconds=60)


def test_claim_leaves_what_is_not_due(active, fill):
    fill(1)
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    assert claim(active).seen == 0


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.CANCELLED])
def test_claim_takes_nothing_of_a_stopped_campaign(active, fill, status):
    fill(1)
    set_status(active, status)

    assert claim(active).seen == 0


def test_claim_pauses_a_campaign_whose_sender_was_switched_off(active, fill):
    fill(1)
    Sender.objects.update(name="Automotora", status=Sender.Status.DISABLED)

    assert claim(active).seen == 0
    paused = Campaign.objects.get()
    assert (paused.status, paused.status_reason, paused.why) == (
        "paused",
        "sender_off",
        "The sender “Automotora” is switched off. Switch it on or choose another.",
    )


def test_last_look_gives_back_who_opted_out_and_the_next_claim_skips_them(active, fill):
    recipients = fill(2)
    taken = claim(active).deliveries
    opt_out(recipients[0].contact, reason="manual", note="por teléfono")

    leaving = claims.last_look(taken)
    claim(active)

    recipients[0].refresh_from_db()
    assert [one.token for one in leaving] == [recipients[1].token]
    assert (recipients[0].status, recipients[0].why) == ("skipped", "opted out")


def test_last_look_gives_back_the_claims_of_a_paused_campaign(active, fill):
    fill(1)
    taken = claim(active).deliveries
    set_status(active, CampaignStatus.PAUSED)

    leaving = claims.last_look(taken)

    one = Delivery.objects.get()
    assert (leaving, one.state, one.attempts) == ([], "waiting", 0)


def test_what_a_last_look_gives_back_of_a_cancelled_campaign_is_skipped(active, fill):
    fill(1)
    taken = claim(active).deliveries
    set_status(active, CampaignStatus.CANCELLED)

    claims.last_look(taken)
    skip_ended()

    one = Recipient.objects.get()
    assert (one.status, one.why) == ("skipped", "campaign cancelled")


def test_last_look_lets_nothing_leave_after_its_lease(active, fill):
    fill(1)
    taken = claim(active).deliveries
    taken[0].lease_until = timezone.now() - timedelta(seconds=1)

    assert claims.last_look(taken) == []


def test_expire_puts_dead_workers_claims_in_doubt(active, fill):
    fill(2)
    claim(active, limit=1)

    expired = claims.expire(timezone.now() + timedelta(minutes=5))

    assert expired == 1
    assert Delivery.objects.uncertain().count() == 1


def test_expire_leaves_claims_whose_lease_lasts(active, fill):
    fill(2)
    ended, lasting = claim(active).deliveries
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(pk=ended.pk).update(lease_until=past)

    assert claims.expire(timezone.now()) == 1

    states = dict(Delivery.objects.values_list("pk", "state"))
    assert states == {ended.pk: "uncertain", lasting.pk: "claimed"}


def test_give_back_leaves_a_claim_that_another_took_over(active, fill):
    fill(1)
    ours = claim(active).deliveries
    Delivery.objects.update(claimed_at=timezone.now() + timedelta(seconds=1))

    claims.give_back(ours)

    assert Delivery.objects.get().state == "claimed"


def test_skip_ended_skips_all_that_waits_batch_by_batch(active, fill, monkeypatch):
    monkeypatch.setattr(queue, "REMOVED_AT_A_TIME", 2)
    fill(5)
    set_status(active, CampaignStatus.CANCELLED)

    assert (skip_ended("campaign", active.pk), Delivery.objects.count()) == (5, 0)
    assert set(Recipient.objects.values_list("status", "reason")) == {("skipped", "cancelled")}


def block(recipient, channel="whatsapp"):
    Contact.objects.filter(pk=recipient.contact_id).block_channel(channel, 63024)


def test_claim_skips_who_cannot_be_reached_on_the_channel(active, fill):
    blocked, _other = fill(2)
    block(blocked)

    taken = claim(active)

    blocked.refresh_from_db()
    assert len(taken.deliveries) == 1
    assert (blocked.status, blocked.why) == ("skipped", "cannot be reached on this channel")


def test_claim_takes_who_is_blocked_on_another_channel(active, fill):
    block(*fill(1), channel="sms")

    assert len(claim(active).deliveries) == 1


def test_last_look_lets_nobody_leave_whose_channel_was_blocked_since_the_claim(active, fill):
    fill(1)
    taken = claim(active).deliveries
    block(*taken)

    assert claims.last_look(taken) == []
    assert Delivery.objects.get().state == "waiting"


def test_claim_tests_opt_outs_in_the_very_update(active, fill, monkeypatch):
    """Who opts out between the look at who is due and the claim is not claimed."""
    first, second = fill(2)
    lock_due = claims.lock_due

    def lock_then_opt_out(*arguments, **options):
        found = lock_due(*arguments, **options)
        opt_out(first.contact, reason="manual", note="por teléfono")
        return found

    monkeypatch.setattr(claims, "lock_due", lock_then_opt_out)

    taken = claim(active)

    assert [one.token for one in taken.deliveries] == [second.token]


def test_last_look_lets_nothing_leave_that_another_worker_has_claimed_since(active, fill):
    fill(1)
    taken = claim(active).deliveries
    Delivery.objects.update(claimed_at=timezone.now() + timedelta(seconds=1))

    assert claims.last_look(taken) == []
    assert Delivery.objects.get().state == "claimed"

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from contacts.models import Address, Contact
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.settling import settlement
from messaging.delivery.settling.settlement import Outcome
from messaging.models import Delivery, Message, Sender
from messaging.providers.base import Accepted, NotAccepted, Rejected, Unknown
from optouts.models import OptOut
from tests.sending import claim

SID = "SM" + "1" * 32


@pytest.fixture
def claimed(active, fill) -> Claimed:
    fill(1)
    return claim(active).deliveries[0]


def outcome(claimed, result) -> Outcome:
    return Outcome(claimed, result, timezone.now())


def settle(*outcomes: Outcome) -> None:
    settlement.settle(Sender.objects.get(), outcomes)


def test_settle_twice_changes_nothing_more(active, claimed):
    accepted = outcome(claimed, Accepted(SID, "queued", {}))

    settle(accepted)
    settle(accepted)

    assert (Campaign.objects.get().sent_count, Message.objects.count()) == (1, 1)


def test_settle_lets_a_refusal_wait_with_a_delay(active, claimed):
    settle(outcome(claimed, NotAccepted("slow down", retry_after=7)))

    waiting = Delivery.objects.get()
    assert waiting.state == "waiting"
    assert waiting.due_at - claimed.claimed_at > timedelta(seconds=6.9)


def test_settle_puts_the_unknown_in_doubt(active, claimed):
    settle(outcome(claimed, Unknown("no answer in time")))

    assert (Delivery.objects.get().state, Recipient.objects.get().status) == (
        "uncertain",
        "pending",
    )


def test_settle_leaves_a_claim_of_another_worker_alone(active, claimed):
    Delivery.objects.update(claimed_at=timezone.now() + timedelta(seconds=5))

    settle(outcome(claimed, Unknown("no answer in time")))

    assert Delivery.objects.get().state == "claimed"


def test_settle_retries_an_error_that_passes(active, claimed):
    settle(outcome(claimed, Rejected("30001", "queue overflow", 400)))

    recipient, waiting = Recipient.objects.get(), Delivery.objects.get()
    assert (waiting.state, waiting.retries) == ("waiting", 1)
    assert (recipient.status, recipient.retries, recipient.error_code) == ("pending", 1, "30001")


def test_settle_fails_when_the_retries_are_used_up(active, claimed):
    claimed.retries = active.max_retries

    settle(outcome(claimed, Rejected("30001", "queue overflow", 400)))

    assert (Recipient.objects.get().status, Delivery.objects.count()) == ("failed", 0)


def test_settle_logs_a_message_accepted_after_the_claim_was_lost(active, claimed):
    Recipient.objects.update(status="sent", message_sid="SM" + "2" * 32, sent_at=timezone.now())

    settle(outcome(claimed, Accepted(SID, "queued", {})))

    assert (Message.objects.get().message_sid, Campaign.objects.get().sent_count) == (SID, 0)


def test_settle_locks_people_in_their_order_not_in_that_of_recipients(active, fill, monkeypatch):
    fill(2)
    one, other = claim(active).deliveries
    one.contact_id, other.contact_id = other.contact_id, one.contact_id
    locked = []
    monkeypatch.setattr(
        settlement, "apply_to_person", lambda contact, *_rest: locked.append(contact)
    )

    settle(*[outcome(each, Rejected("21211", "no number", 400)) for each in (one, other)])

    assert locked == [other.contact_id, one.contact_id]


NEW = "+56975000002"


@pytest.mark.parametrize(("code", "status"), [("21211", "invalid"), ("21610", "opted_out")])
def test_settle_marks_the_contact_whose_address_was_refused(active, claimed, code, status):
    settle(outcome(claimed, Rejected(code, "no", 400)))

    assert Contact.objects.values_list("status", flat=True).get(pk=claimed.contact_id) == status


@pytest.mark.parametrize("code", ["21211", "63024", "21610"])
def test_settle_marks_nobody_for_an_address_that_was_corrected_since(active, claimed, code):
    Contact.objects.filter(pk=claimed.contact_id).update(phone=NEW)

    settle(outcome(claimed, Rejected(code, "no", 400)))

    person = Contact.objects.get(phone=NEW)
    assert (person.status, Address.objects.blocked().count()) == ("active", 0)


def test_settle_opts_out_the_number_that_the_provider_names_not_the_corrected_one(active, claimed):
    Contact.objects.filter(pk=claimed.contact_id).update(phone=NEW)

    settle(outcome(claimed, Rejected("21610", "unsubscribed", 400)))

    assert list(OptOut.objects.values_list("phone", flat=True)) == [claimed.address]

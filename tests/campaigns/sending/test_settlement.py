from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.sending import claims, consequences
from campaigns.sending.settlement import Outcome, settle
from contacts.models import Contact
from messaging.models import Message
from messaging.providers.base import Accepted, NotAccepted, Rejected, Unknown
from optouts.models import OptOut

SID = "SM" + "1" * 32


@pytest.fixture
def claimed(active, fill) -> Recipient:
    fill(1)
    return claims.claim(active.pk, 1, now=timezone.now()).recipients[0]


def outcome(recipient, result) -> Outcome:
    return Outcome(recipient, result, timezone.now())


def test_settle_twice_changes_nothing_more(active, claimed):
    accepted = outcome(claimed, Accepted(SID, "queued", {}))

    settle(active, [accepted])
    settle(active, [accepted])

    assert (Campaign.objects.get().sent_count, Message.objects.count()) == (1, 1)


def test_settle_returns_a_refusal_to_pending_with_a_delay(active, claimed):
    settle(active, [outcome(claimed, NotAccepted("slow down", retry_after=7))])

    claimed.refresh_from_db()
    assert claimed.status == "pending"
    assert claimed.not_before - claimed.claimed_at > timedelta(seconds=6.9)


def test_settle_puts_the_unknown_in_doubt(active, claimed):
    settle(active, [outcome(claimed, Unknown("no answer in time"))])

    claimed.refresh_from_db()
    assert (claimed.status, claimed.error_message) == ("uncertain", "no answer in time")


def test_settle_leaves_a_claim_of_another_worker_alone(active, claimed):
    Recipient.objects.update(claimed_at=timezone.now() + timedelta(seconds=5))

    settle(active, [outcome(claimed, Unknown("no answer in time"))])

    assert Recipient.objects.get().status == "claimed"


def test_settle_retries_an_error_that_passes(active, claimed):
    settle(active, [outcome(claimed, Rejected("30001", "queue overflow", 400))])

    claimed.refresh_from_db()
    assert (claimed.status, claimed.retries, claimed.error_code) == ("pending", 1, "30001")


def test_settle_fails_when_the_retries_are_used_up(active, claimed):
    claimed.retries = active.max_retries

    settle(active, [outcome(claimed, Rejected("30001", "queue overflow", 400))])

    claimed.refresh_from_db()
    assert claimed.status == "failed"


def test_settle_logs_a_message_accepted_after_the_claim_was_lost(active, claimed):
    Recipient.objects.update(status="sent", message_sid="SM" + "2" * 32, sent_at=timezone.now())

    settle(active, [outcome(claimed, Accepted(SID, "queued", {}))])

    assert (Message.objects.get().message_sid, Campaign.objects.get().sent_count) == (SID, 0)


def test_settle_locks_people_in_their_order_not_in_that_of_recipients(active, fill, monkeypatch):
    fill(2)
    one, other = claims.claim(active.pk, 2, now=timezone.now()).recipients
    one.contact_id, other.contact_id = other.contact_id, one.contact_id
    locked = []
    monkeypatch.setattr(
        consequences, "apply", lambda _campaign, contact, *_rest: locked.append(contact)
    )

    settle(active, [outcome(each, Rejected("21211", "no number", 400)) for each in (one, other)])

    assert locked == [other.contact_id, one.contact_id]


NEW = "+56975000002"


@pytest.mark.parametrize(("code", "status"), [("21211", "invalid"), ("21610", "opted_out")])
def test_settle_marks_the_contact_whose_address_was_refused(active, claimed, code, status):
    settle(active, [outcome(claimed, Rejected(code, "no", 400))])

    assert Contact.objects.values_list("status", flat=True).get(pk=claimed.contact_id) == status


@pytest.mark.parametrize("code", ["21211", "63024", "21610"])
def test_settle_marks_nobody_for_an_address_that_was_corrected_since(active, claimed, code):
    Contact.objects.filter(pk=claimed.contact_id).update(phone=NEW)

    settle(active, [outcome(claimed, Rejected(code, "no", 400))])

    person = Contact.objects.get(phone=NEW)
    assert (person.status, person.addresses.count()) == ("active", 0)


def test_settle_opts_out_the_number_that_the_provider_names_not_the_corrected_one(active, claimed):
    Contact.objects.filter(pk=claimed.contact_id).update(phone=NEW)

    settle(active, [outcome(claimed, Rejected("21610", "unsubscribed", 400))])

    assert list(OptOut.objects.values_list("phone", flat=True)) == [claimed.phone]


def test_settle_logs_the_message_of_a_recipient_who_was_merged_since_the_claim(active, claimed):
    other = Contact.objects.create(phone=NEW)
    Recipient.objects.update(contact=other)
    Contact.objects.filter(pk=claimed.contact_id).delete()

    settle(active, [outcome(claimed, Accepted(SID, "queued", {}))])

    message = Message.objects.get()
    assert (message.contact_id, message.phone) == (other.pk, claimed.phone)

"""What one account of a business reports of a message that was sent through another."""

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from messaging.models import Account, Conversation, Delivery, KeptStatus, Message, Sender
from messaging.outbound_log import SentMessage, log_sent
from messaging.statuses.apply import apply_report, apply_status
from messaging.statuses.reports import StatusReport
from messaging.statuses.retry_unmatched import apply_kept_statuses
from tests.messaging.conftest import SID, signed_by
from tests.sending import accept, recipients

TOKEN = "token-del-sur"


@pytest.fixture
def south(db) -> Account:
    """A second account of the business, which has sent nothing."""
    return Account.objects.create(name="Sur", external_id="AC" + "7" * 32, access_token=TOKEN)


@pytest.fixture
def pending(campaign, contact) -> Recipient:
    Campaign.objects.update(total_recipients=1, status="active")
    return recipients(campaign, [contact])[0]


@pytest.fixture
def sent(pending) -> Recipient:
    accept((pending, SID))
    return pending


def report(status: str, account: Account, **changes: str) -> StatusReport:
    return StatusReport(**{"sid": SID, "status": status, "account_id": account.pk, **changes})


def message_of(contact: Contact, sender: Sender) -> SentMessage:
    return SentMessage(
        *(SID, sender.pk, sender.account_id, contact.pk, contact.phone),
        *("Hola", None, "queued", timezone.now()),
    )


def outcome() -> tuple[str, str, str]:
    """Where the recipient, their message and their contact are."""
    return (
        Recipient.objects.get().status,
        Message.objects.get().status,
        Contact.objects.get().status,
    )


@pytest.mark.parametrize("status", ["sent", "delivered", "read"])
def test_a_report_of_another_account_moves_nothing_and_is_kept(sent, south, status):
    apply_report(report(status, south))

    assert outcome() == ("sent", "queued", "active")
    kept = KeptStatus.objects.get()
    assert (kept.message_sid, kept.status, kept.account) == (SID, status, south)


@pytest.mark.parametrize("code", ["21211", "21610", "63024", "63049"])
def test_a_failure_that_another_account_reports_says_nothing_of_the_person(sent, south, code):
    apply_report(report("undelivered", south, error_code=code))

    assert outcome() == ("sent", "queued", "active")
    assert Delivery.objects.count() == 0
    assert Contact.objects.get().addresses.blocked().count() == 0


def test_a_delivery_that_another_account_reports_leaves_a_failure_as_it_is(sent, south):
    own = sent.campaign.sender.account
    apply_report(report("failed", own, error_code="21211"))

    apply_report(report("delivered", south))

    assert outcome() == ("failed", "failed", "invalid")


def test_the_token_of_a_delivery_is_no_proof_for_another_account(pending, south):
    apply_report(report("delivered", south, token=pending.token))

    assert (Delivery.objects.get().token, Message.objects.count()) == (pending.token, 0)
    assert KeptStatus.objects.get().account == south


def test_the_token_of_a_recipient_given_up_is_no_proof_for_another_account(pending, south):
    Delivery.objects.all().delete()
    Recipient.objects.update(status="failed")

    apply_report(report("delivered", south, token=pending.token))

    assert (Recipient.objects.get().status, Message.objects.count()) == ("failed", 0)


def test_the_token_of_an_answer_is_no_proof_for_another_account(message, south):
    Message.objects.update(message_sid=None)

    apply_report(report("sent", south, token=message.token))

    message.refresh_from_db()
    assert (message.status, message.message_sid) == ("queued", None)


def test_reports_of_both_accounts_wait_and_that_of_the_sender_counts(contact, sender, south):
    apply_report(report("delivered", south))
    apply_report(report("delivered", sender.account))
    log_sent([message_of(contact, sender)])

    apply_kept_statuses()

    assert Message.objects.get().status == "delivered"
    assert KeptStatus.objects.get().account == south


def test_a_report_of_another_account_waits_in_vain(contact, sender, south):
    apply_report(report("delivered", south))
    log_sent([message_of(contact, sender)])

    assert apply_kept_statuses() == 0

    assert (Message.objects.get().status, KeptStatus.objects.count()) == ("queued", 1)


def test_what_we_asked_the_provider_ourselves_counts_for_every_account(sent):
    apply_status(StatusReport(sid=SID, status="delivered", source="polling"))

    assert outcome() == ("delivered", "delivered", "active")


def test_a_message_whose_person_was_erased_still_gets_the_status_of_its_account(message, south):
    Conversation.objects.all().delete()
    apply_report(report("read", south))

    apply_report(report("delivered", message.account))

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_message_whose_account_was_deleted_gets_its_status_of_any(message, south):
    Message.objects.update(account=None)

    apply_report(report("delivered", south))

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_status_signed_by_another_account_is_answered_and_moves_nothing(client, message, south):
    path = f"/twilio/{south.pk}/status"
    form = {"AccountSid": south.external_id, "MessageSid": SID, "MessageStatus": "delivered"}

    response = client.post(path, form, headers={"X-Twilio-Signature": signed_by(TOKEN, path, form)})

    message.refresh_from_db()
    assert (response.status_code, message.status) == (204, "queued")
    assert KeptStatus.objects.get().account == south

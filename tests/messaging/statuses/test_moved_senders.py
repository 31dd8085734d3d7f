"""Reports of messages whose sender has another account since they were sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Recipient
from contacts.models import Contact
from messaging.delivery.settling import polling
from messaging.models import Account, Conversation, KeptStatus, Message, Sender
from messaging.statuses.apply import apply_report
from messaging.statuses.reports import StatusReport
from optouts.models import OptOut
from tests.messaging.conftest import SID
from tests.sending import run
from waproject.lab.twilio_simulator.faults import Fault


@pytest.fixture
def south(db) -> Account:
    """The account to which senders move. The provider of the tests does not know it."""
    return Account.objects.create(name="Sur", external_id="AC" + "7" * 32, access_token="t")


@pytest.fixture
def sent(active, fill, simulate) -> Recipient:
    """A message of a campaign, accepted; the provider's callbacks are lost."""
    simulator = simulate(faults=(Fault("lost-callback", 1.0),))
    fill(1)
    run(active, seconds=5)
    simulator.settle()
    return Recipient.objects.select_related("campaign__sender__account").get()


@pytest.fixture
def old(sent: Recipient, south: Account) -> Account:
    """The account that the sender had when the message was sent."""
    Sender.objects.update(account=south)
    return sent.campaign.sender.account


def report(account: Account, status: str, code: str | None = None) -> None:
    sid = Message.objects.outbound().get().message_sid
    apply_report(StatusReport(sid, status, error_code=code, account_id=account.pk))


def test_the_log_says_through_which_account_a_message_was_sent(sent, old):
    assert Message.objects.get().account == old


@pytest.mark.parametrize("status", ["delivered", "read"])
def test_a_report_of_the_account_that_sent_it_counts(old, status):
    report(old, status)

    assert (Recipient.objects.get().status, Message.objects.get().status) == (status, status)
    assert KeptStatus.objects.count() == 0


def test_a_report_of_the_account_that_the_sender_has_now_is_kept(old, south):
    report(south, "delivered")

    assert (Recipient.objects.get().status, Message.objects.get().status) == ("sent", "queued")
    assert KeptStatus.objects.get().account == south


def test_a_late_opt_out_of_a_campaigns_message_counts(old):
    report(old, "undelivered", "21610")

    assert (Contact.objects.get().status, OptOut.objects.count()) == ("opted_out", 1)


def test_a_late_opt_out_of_an_answer_counts(message, south):
    Sender.objects.update(account=south)

    report(message.account, "undelivered", "21610")

    assert (Contact.objects.get().status, OptOut.objects.count()) == ("opted_out", 1)


def test_the_account_that_sent_a_silent_message_is_asked_about_it(old):
    Message.objects.update(poll_at=timezone.now())

    polling.poll()

    assert (Recipient.objects.get().status, Message.objects.get().status) == ("read", "read")


def test_a_silent_message_is_asked_about_though_its_person_was_erased(old):
    Conversation.objects.all().delete()
    Message.objects.update(poll_at=timezone.now())

    polling.poll()

    assert Message.objects.get().status == "read"


def test_a_message_whose_account_was_deleted_is_asked_about_no_more(message, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    past = timezone.now() - timedelta(hours=1)
    Message.objects.update(account=None, created_at=past, poll_at=past)

    assert polling.poll() == 1

    assert Message.objects.get(message_sid=SID).status == "queued"

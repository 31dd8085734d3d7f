"""Reports that come before the provider's answer was written down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Recipient, StatusChange
from contacts.models import Contact
from messaging.models import Delivery, KeptStatus, Message
from messaging.statuses.apply import apply_report
from messaging.statuses.early import accept_together
from messaging.statuses.reports import StatusReport
from tests.messaging.conftest import sid
from tests.messaging.statuses.test_apply import START
from tests.sending import recipients

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MANY = 12


@pytest.fixture
def pending(campaign) -> list[Recipient]:
    """Recipients whose messages are with the provider, or soon will be."""
    people = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(MANY))
    Campaign.objects.update(status="active", total_recipients=MANY)
    return recipients(campaign, people)


@pytest.fixture
def early(pending) -> list[StatusReport]:
    return [
        StatusReport(sid(n), "delivered", token=one.token, at=START + timedelta(seconds=n))
        for n, one in enumerate(pending)
    ]


def test_an_early_report_accepts_its_delivery_and_moves_what_it_sent(early):
    apply_report(early[3])

    assert (Delivery.objects.count(), KeptStatus.objects.count()) == (MANY - 1, 0)
    message = Message.objects.get()
    assert (message.message_sid, message.status, message.token) == (
        sid(3),
        "delivered",
        early[3].token,
    )
    recipient = Recipient.objects.get(message_sid=sid(3))
    changes = StatusChange.objects.filter(recipient=recipient).order_by("pk")
    assert list(changes.values_list("old", "new", "source")) == [
        ("pending", "sent", "webhook"),
        ("sent", "delivered", "webhook"),
    ]


def test_an_early_report_is_not_tried_alone(early, monkeypatch):
    monkeypatch.setattr("messaging.statuses.apply.apply_status", lambda report: 1 / 0)

    apply_report(early[0])

    assert Message.objects.get().status == "delivered"


def test_early_reports_count_their_campaign_once_and_together(early):
    with CaptureQueriesContext(connection) as one:
        assert accept_together(early[:1])
    with CaptureQueriesContext(connection) as many:
        assert accept_together(early[1:])

    assert len(many) == len(one)
    counting = [query for query in many if query["sql"].startswith('UPDATE "campaigns"')]
    assert (len(counting), Campaign.objects.get().sent_count) == (1, MANY)
    assert Message.objects.filter(status="queued").count() == MANY


def test_of_two_early_reports_of_a_message_the_first_gives_its_moment(early):
    [first, *_] = early
    later = StatusReport(first.sid, "read", token=first.token, at=first.at + timedelta(hours=1))

    accept_together([first, later])

    assert Message.objects.get().created_at == first.at


def test_a_failure_is_not_accepted_in_company(early):
    failed = StatusReport(sid(0), "failed", token=early[0].token, error_code="21211")

    assert not accept_together([failed])

    assert Delivery.objects.count() == MANY
    apply_report(failed)
    assert (Recipient.objects.get(message_sid=sid(0)).status, Delivery.objects.count()) == (
        "failed",
        MANY - 1,
    )


def test_a_token_of_no_delivery_accepts_nothing(early):
    Delivery.objects.all().delete()

    assert not accept_together(early)

    assert Message.objects.count() == 0

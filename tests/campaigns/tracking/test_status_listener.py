from dataclasses import replace
from itertools import permutations

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.tracking.status_listener import follow_statuses
from contacts.models import Contact
from messaging.models import Message
from messaging.statuses.reports import StatusReport
from optouts.models import ConsentEvent
from tests.sending import accept, recipients

SID = "SM" + "1" * 32


@pytest.fixture
def pending(campaign, contact) -> Recipient:
    Campaign.objects.update(total_recipients=1, status="active")
    return recipients(campaign, [contact])[0]


@pytest.fixture
def sent(pending) -> Recipient:
    accept((pending, SID))
    pending.refresh_from_db()
    return pending


def test_follow_status_does_not_know_a_foreign_message(sent):
    assert not follow_statuses([StatusReport(sid="SM" + "9" * 32, status="sent")])


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_follow_status_ends_the_same_in_any_order(sent, order):
    for status in order:
        follow_statuses([StatusReport(sid=SID, status=status)])

    sent.refresh_from_db()
    assert sent.status == "read"
    assert None not in (sent.sent_at, sent.delivered_at, sent.read_at)


@pytest.mark.parametrize("status", ["skipped", "failed"])
def test_follow_status_settles_by_token_what_was_given_up(pending, status):
    Recipient.objects.update(status=status)

    known = follow_statuses([StatusReport(sid=SID, status="delivered", token=pending.token)])

    pending.refresh_from_db()
    assert (bool(known), pending.status, pending.message_sid) == (True, "delivered", SID)
    assert (Message.objects.get().message_sid, Campaign.objects.get().sent_count) == (SID, 1)


def test_follow_status_logs_a_second_message_without_moving_the_first(sent):
    other = "SM" + "2" * 32

    follow_statuses([StatusReport(sid=other, status="delivered", token=sent.token)])

    sent.refresh_from_db()
    assert (sent.status, sent.message_sid) == ("sent", SID)
    assert Message.objects.filter(message_sid=other).exists()


def test_follow_status_keeps_the_first_time_of_a_repeated_status(sent):
    first = timezone.now()

    for at in (first, timezone.now()):
        follow_statuses([StatusReport(sid=SID, status="delivered", at=at)])

    sent.refresh_from_db()
    assert sent.delivered_at == first
    assert StatusChange.objects.filter(new="delivered").count() == 1


def test_follow_status_says_why_a_message_failed(sent):
    follow_statuses([StatusReport(sid=SID, status="failed", error_code="63016")])

    sent.refresh_from_db()
    assert (sent.status, sent.error_code, bool(sent.why)) == ("failed", "63016", True)


def test_follow_status_marks_a_contact_with_a_wrong_number_invalid(sent):
    follow_statuses([StatusReport(sid=SID, status="undelivered", error_code="21211")])

    sent.contact.refresh_from_db()
    assert sent.contact.status == "invalid"


def test_follow_status_blocks_only_the_channel_for_people_not_on_whatsapp(sent):
    follow_statuses([StatusReport(sid=SID, status="undelivered", error_code="63024")])

    sent.contact.refresh_from_db()
    assert sent.contact.status == "active"
    assert list(sent.contact.addresses.values_list("channel", "blocked_code")) == [
        ("whatsapp", "63024")
    ]


@pytest.mark.parametrize("code", ["21610", "63033"])
def test_follow_status_records_an_opt_out_at_the_provider(sent, code):
    follow_statuses([StatusReport(sid=SID, status="undelivered", error_code=code)])

    entry = ConsentEvent.objects.get()
    assert (entry.contact, entry.source, entry.evidence) == (
        sent.contact,
        "provider",
        str(code),
    )


def test_follow_status_pauses_the_campaign_for_its_template(sent):
    follow_statuses([StatusReport(sid=SID, status="failed", error_code="63041")])

    campaign = Campaign.objects.get()
    assert (campaign.status, campaign.why) == (
        "paused",
        "WhatsApp paused the template for complaints; it may recover. (63041)",
    )


def test_follow_status_does_not_fail_what_was_delivered(sent):
    for status in ("delivered", "failed"):
        follow_statuses([StatusReport(sid=SID, status=status, error_code="30008")])

    sent.refresh_from_db()
    assert sent.status == "delivered"


def test_follow_statuses_moves_many_at_once_each_with_its_history(campaign, sent):
    Campaign.objects.update(total_recipients=2)
    contact = Contact.objects.create(phone="+56975400947")
    [other] = recipients(campaign, [contact])
    accept((other, "SM" + "2" * 32))
    first = StatusReport(sid=SID, status="delivered")
    reports = [
        first,
        StatusReport(sid="SM" + "2" * 32, status="read", source="polling"),
        StatusReport(sid=SID, status="read"),
        replace(first, at=timezone.now()),
        StatusReport(sid="SM" + "9" * 32, status="read"),
    ]

    assert follow_statuses(reports) == set(reports[:-1])

    sent.refresh_from_db()
    assert (sent.status, sent.delivered_at) == ("read", first.at)
    changes = StatusChange.objects.exclude(new="sent").order_by("recipient", "pk")
    assert list(changes.values_list("recipient", "old", "new", "at", "source")) == [
        (sent.pk, "sent", "delivered", first.at, "webhook"),
        (sent.pk, "delivered", "read", reports[2].at, "webhook"),
        (other.pk, "sent", "read", reports[1].at, "polling"),
    ]


def test_follow_statuses_asks_once_for_many_reports(sent, django_assert_num_queries):
    reports = [StatusReport(sid=SID, status=status) for status in ("sent", "delivered")] * 10

    with django_assert_num_queries(3):  # lock, move, history
        follow_statuses(reports)


def test_follow_statuses_looks_for_no_other_recipient_in_company(
    pending, django_assert_num_queries
):
    report = StatusReport(sid=SID, status="delivered", token=pending.token, in_company=True)

    with django_assert_num_queries(1):
        assert follow_statuses([report]) == set()


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_follow_status_takes_the_word_of_a_report_for_what_was_never_accepted(pending, status):
    Recipient.objects.update(status=status, failed_at=timezone.now(), reason="too_busy")

    follow_statuses([StatusReport(sid=SID, status="sent", token=pending.token)])

    pending.refresh_from_db()
    assert (pending.status, pending.failed_at, pending.why) == ("sent", None, "")
    assert Campaign.objects.get().sent_count == 1

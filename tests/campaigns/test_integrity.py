from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns import integrity, operations
from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.states import RecipientStatus
from contacts.models import Contact
from messaging.delivery import jobs
from messaging.models import Delivery, DeliveryStream, Message
from optouts.models import OptOut, Reason
from optouts.operations import opt_out
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def sent(campaign, contact, simulator) -> Recipient:
    """The recipient of a campaign that was launched, sent and completed."""
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    jobs.send_from(campaign.sender_id)
    return campaign.recipients.get()


def change(row: Any, **fields: Any) -> None:
    """Write to the database what no operation would write."""
    type(row).objects.filter(pk=row.pk).update(**fields)


def copy_of(recipient: Recipient, **fields: Any) -> Recipient:
    """Another person of the same campaign, written to without any record of it."""
    other = Contact.objects.create(phone="+56911111111")
    Campaign.objects.filter(pk=recipient.campaign_id).update(total_recipients=2, sent_count=2)
    row = Recipient.objects.create(
        **{
            "campaign_id": recipient.campaign_id,
            "contact": other,
            "phone": other.phone,
            "status": RecipientStatus.SENT,
            "sent_at": timezone.now(),
            **fields,
        }
    )
    StatusChange.objects.create(recipient=row, new=row.status, at=timezone.now(), source="engine")
    return row


def test_a_campaign_that_was_sent_has_no_problem(sent):
    assert (sent.status, list(integrity.integrity_problems())) == ("sent", [])


def test_a_campaign_with_skipped_recipients_has_no_problem(campaign, contact, simulator):
    opt_out(Contact.objects.create(phone="+56911111111"), reason=Reason.MANUAL)

    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    assert campaign.recipients.filter(status="skipped").count() == 1
    assert list(integrity.integrity_problems()) == []


def test_a_wrong_count_of_sent_is_found(sent):
    change(sent.campaign, sent_count=0)

    assert list(integrity.integrity_problems()) == [
        f"Campaigns whose count of sent messages is wrong: {sent.campaign_id}."
    ]


def test_a_wrong_count_of_recipients_is_found(sent):
    change(sent.campaign, total_recipients=5)

    assert list(integrity.integrity_problems()) == [
        f"Campaigns whose count of recipients is wrong: {sent.campaign_id}."
    ]


def test_an_open_recipient_of_a_completed_campaign_is_found(campaign, contact, simulator):
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    change(campaign, status="completed")

    assert list(integrity.integrity_problems()) == [
        f"Completed campaigns with people whose outcome is open: {campaign.pk}."
    ]


def test_a_message_that_is_not_in_the_log_is_found(sent):
    Message.objects.all().delete()

    assert list(integrity.integrity_problems()) == [
        f"Recipients whose message is not in the log: {sent.pk}."
    ]


def test_a_message_that_is_somebody_elses_in_the_log_is_found(sent):
    Message.objects.update(contact=Contact.objects.create(phone="+56911111111"))

    assert next(integrity.integrity_problems()) == (
        f"Recipients whose message is not in the log: {sent.pk}."
    )


def test_a_second_message_to_a_recipient_is_found(sent):
    second = Message.objects.get()
    second.pk, second.message_sid, second.token = None, "SM" + "f" * 32, "another"
    second.save()

    assert list(integrity.integrity_problems()) == [
        f"Messages of a campaign that belong to no recipient: {second.pk}."
    ]


def test_an_address_written_to_twice_is_found(sent):
    other = copy_of(sent, phone=sent.phone)

    assert list(integrity.integrity_problems()) == [
        f"Recipients whose address had the campaign's message already: {other.pk}."
    ]


def test_a_pending_recipient_that_is_not_in_the_queue_is_found(campaign, contact, simulator):
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    Delivery.objects.all().delete()

    assert list(integrity.integrity_problems()) == [
        f"Pending recipients that are not in the queue: {campaign.recipients.get().pk}."
    ]


def test_a_delivery_of_a_recipient_that_was_sent_is_found(sent):
    stream = DeliveryStream.objects.get()
    left = Delivery.objects.create(
        stream=stream, contact=sent.contact, token=sent.token, due_at=timezone.now()
    )

    assert list(integrity.integrity_problems()) == [
        f"Deliveries in the queue whose recipient is not pending: {left.pk}."
    ]


def test_a_message_to_another_address_is_found(sent):
    change(sent, phone="+56911111111")

    assert list(integrity.integrity_problems()) == [
        f"Recipients whose message went to another address than theirs: {sent.pk}."
    ]


def test_a_message_to_an_address_that_is_on_the_list_is_found(sent):
    """Its owner's contact has another number by now, and so has the one who was written to."""
    listed = opt_out(Contact.objects.create(phone="+56911111111"), reason=Reason.MANUAL)
    change(listed, phone=sent.phone, opted_out_at=sent.sent_at - timedelta(seconds=66))

    assert list(integrity.integrity_problems()) == [
        f"Recipients written to at an address that had opted out: {sent.pk}."
    ]


def test_an_opt_out_shortly_before_the_answer_is_no_problem(sent):
    listed = opt_out(Contact.objects.create(phone="+56911111111"), reason=Reason.MANUAL)
    change(listed, phone=sent.phone, opted_out_at=sent.sent_at - timedelta(seconds=2))

    assert list(integrity.integrity_problems()) == []


def test_a_corrected_address_is_no_problem(campaign, contact, simulator):
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    change(contact, phone="+56911111111")

    jobs.send_from(campaign.sender_id)

    assert [entry["to"] for entry in simulator.journal] == ["whatsapp:+56911111111"]
    assert list(integrity.integrity_problems()) == []


def test_an_answer_that_comes_shortly_after_the_opt_out_is_no_problem(sent, settings):
    opt_out(sent.contact, reason=Reason.MANUAL)
    OptOut.objects.update(opted_out_at=sent.sent_at + timedelta(seconds=1))
    StatusChange.objects.filter(new="sent").update(at=sent.sent_at + timedelta(seconds=9))

    assert list(integrity.integrity_problems()) == []


def test_an_answer_long_after_the_opt_out_is_found(sent, settings):
    opt_out(sent.contact, reason=Reason.MANUAL)
    later = timedelta(seconds=settings.SENDING_LEASE_SECONDS + 6)
    OptOut.objects.update(opted_out_at=sent.sent_at)
    StatusChange.objects.filter(new="sent").update(at=sent.sent_at + later)

    assert list(integrity.integrity_problems()) == [
        f"Recipients written to after they opted out: {sent.pk}."
    ]


def test_a_status_without_its_move_is_found(sent):
    change(sent, status="delivered")

    assert list(integrity.integrity_problems()) == [
        f"Recipients whose history does not end in their status: {sent.pk}."
    ]


def test_a_move_that_is_not_allowed_is_found(sent):
    for old, new in (("sent", "read"), ("read", "delivered")):
        last = StatusChange.objects.create(
            recipient=sent, old=old, new=new, at=timezone.now(), source="manual"
        )
    change(sent, status="delivered")

    assert list(integrity.integrity_problems()) == [
        f"Status changes that are not allowed: {last.pk}."
    ]


def test_a_move_from_elsewhere_is_found(sent):
    lost = StatusChange.objects.create(
        recipient=sent, old="delivered", new="read", at=timezone.now(), source="webhook"
    )
    change(sent, status="read")

    assert list(integrity.integrity_problems()) == [
        f"Status changes that do not follow the one before: {lost.pk}."
    ]

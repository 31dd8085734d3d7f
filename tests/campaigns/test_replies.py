from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import replies
from campaigns.models import Campaign, Recipient
from campaigns.replies import credit_campaign
from contacts.models import Contact
from messaging.inbound import Inbound
from messaging.models import Conversation, Message


@pytest.fixture
def inbound(contact, sender) -> Inbound:
    return inbound_of(contact, sender)


def inbound_of(contact, sender) -> Inbound:
    conversation = Conversation.objects.create(sender=sender, contact=contact)
    message = Message.objects.create(
        conversation=conversation,
        contact=contact,
        direction="inbound",
        status="received",
        body="¿Cuánto cuesta?",
        created_at=timezone.now(),
    )
    return Inbound(message, contact, conversation, sender, message.body)


def received(campaign, contact, *, ago: timedelta, status: str = "delivered") -> Recipient:
    return Recipient.objects.create(
        campaign=campaign,
        contact=contact,
        phone=contact.phone,
        status=status,
        sent_at=timezone.now() - ago,
    )


def test_credit_campaign_marks_the_recipient_and_the_message(campaign, contact, inbound):
    recipient = received(campaign, contact, ago=timedelta(days=6))

    assert credit_campaign([inbound]) == {}

    recipient.refresh_from_db()
    inbound.message.refresh_from_db()
    assert (recipient.status, inbound.message.campaign_id) == ("replied", campaign.pk)


def test_credit_campaign_takes_the_last_one_received(campaign, contact, inbound):
    received(campaign, contact, ago=timedelta(days=2))
    second = Campaign.objects.create(name="Otra", sender=campaign.sender)
    last = received(second, contact, ago=timedelta(days=1))

    credit_campaign([inbound])

    assert Recipient.objects.get(status="replied") == last


def test_credit_campaign_is_over_after_seven_days(campaign, contact, inbound):
    received(campaign, contact, ago=timedelta(days=7, seconds=1))

    credit_campaign([inbound])

    assert Recipient.objects.get().status == "delivered"


def test_credit_campaign_passes_over_what_never_arrived(campaign, contact, inbound):
    received(campaign, contact, ago=timedelta(days=1), status="failed")

    credit_campaign([inbound])

    assert Recipient.objects.get().status == "failed"


def test_credit_campaign_keeps_the_time_of_the_first_reply(campaign, contact, inbound):
    recipient = received(campaign, contact, ago=timedelta(days=1))
    credit_campaign([inbound])
    recipient.refresh_from_db()
    first = recipient.replied_at

    credit_campaign([inbound])

    recipient.refresh_from_db()
    assert (recipient.replied_at, recipient.changes.count()) == (first, 1)


def test_credit_campaign_moves_nobody_who_was_moved_meanwhile(
    campaign, contact, inbound, monkeypatch
):
    recipient = received(campaign, contact, ago=timedelta(days=1), status="closed")
    seen = replies._Sent(contact.pk, recipient.pk, campaign.pk, "delivered")
    monkeypatch.setattr(replies, "_last_sent", lambda *args, **kwargs: {contact.pk: seen})

    credit_campaign([inbound])

    recipient.refresh_from_db()
    assert (recipient.status, recipient.changes.count()) == ("closed", 0)


def test_credit_campaign_credits_each_person_to_their_own(campaign, contact, sender, inbound):
    other = Contact.objects.create(phone="+56975400999")
    second = Campaign.objects.create(name="Otra", sender=sender)
    inbounds = [inbound, inbound_of(other, sender)]
    rows = [
        received(campaign, contact, ago=timedelta(days=1)),
        received(second, other, ago=timedelta(days=2)),
    ]

    credit_campaign(inbounds)

    messages = [Message.objects.get(pk=one.message.pk) for one in inbounds]
    assert [message.campaign_id for message in messages] == [campaign.pk, second.pk]
    assert [row.changes.get().metadata for row in rows] == [
        {"message": message.pk} for message in messages
    ]

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.tracking import reply_attribution as replies
from campaigns.tracking.reply_attribution import credit_campaign
from contacts.models import Contact
from messaging.inbound.types import Inbound
from messaging.models import Conversation, Message, Sender


@pytest.fixture
def inbound(contact, sender) -> Inbound:
    return inbound_of(contact, sender)


def inbound_of(contact, sender, *, quoting: str | None = None, ago=timedelta()) -> Inbound:
    conversation, _new = Conversation.objects.get_or_create(sender=sender, contact=contact)
    message = Message.objects.create(
        conversation=conversation,
        contact=contact,
        direction="inbound",
        status="received",
        body="¿Cuánto cuesta?",
        content={"quoted_sid": quoting} if quoting else {},
        created_at=timezone.now() - ago,
    )
    return Inbound(message, contact, conversation, sender, message.body)


def received(
    campaign, contact, *, ago: timedelta, status: str = "delivered", **fields
) -> Recipient:
    return Recipient.objects.create(
        campaign=campaign,
        contact=contact,
        phone=contact.phone,
        status=status,
        sent_at=timezone.now() - ago,
        **fields,
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


def test_credit_campaign_moves_no_recipient_that_was_moved_meanwhile(
    campaign, contact, inbound, monkeypatch
):
    recipient = received(campaign, contact, ago=timedelta(days=1), status="closed")
    [seen] = replies._sent_lately([inbound])
    earlier = [seen._replace(status="delivered")]
    monkeypatch.setattr(replies, "_sent_lately", lambda arrived: earlier)

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


# --- Which campaign is answered ---------------------------------------------------------------

QUOTED, FORMER, OTHERS, ANSWER = (f"SM{digit * 32}" for digit in "1234")


@pytest.fixture
def senders(sender) -> dict[str, Sender]:
    """Two numbers on WhatsApp, two on SMS."""
    made = {"second": ("whatsapp", "+56220000001"), "sms": ("sms", "+56220000002")}
    return {"first": sender} | {
        name: Sender.objects.create(name=name, channel=channel, address=address)
        for name, (channel, address) in {**made, "other sms": ("sms", "+56220000003")}.items()
    }


@pytest.fixture
def sent_by(contact, senders):
    """Send the contact a campaign from a sender; its name is the sender's unless given."""

    def send(sender: str, days: float, *, name: str = "", **fields) -> Recipient:
        campaign = Campaign.objects.create(name=name or sender, sender=senders[sender])
        return received(campaign, contact, ago=timedelta(days=days), **fields)

    return send


def credited(contact, sender: Sender, **fields) -> str | None:
    """The name of the campaign that a message of the contact is credited to."""
    inbound = inbound_of(contact, sender, **fields)
    credit_campaign([inbound])
    campaign_id = Message.objects.values_list("campaign_id", flat=True).get(pk=inbound.message.pk)
    return campaign_id and Campaign.objects.get(pk=campaign_id).name


def test_credit_goes_to_the_same_sender_then_the_same_channel_then_to_none(
    contact, senders, sent_by
):
    sent_by("first", 3)
    sent_by("sms", 1)

    answered = {name: credited(contact, sender) for name, sender in senders.items()}

    assert answered == {"first": "first", "second": "first", "sms": "sms", "other sms": "sms"}
    Recipient.objects.filter(campaign__name="first").delete()
    assert credited(contact, senders["first"]) is None


# What a message to the sender "first" is credited to, in this order: its sender, days ago.
PRECEDENCE = {"quoted": ("sms", 400), "sender": ("first", 3), "channel": ("second", 2)}
OTHER_CHANNEL = ("sms", 1)


@pytest.mark.parametrize("sent", [*product([False, True], repeat=4)])
def test_credit_takes_the_first_there_is_of_quoted_sender_and_channel(
    contact, senders, sent_by, sent
):
    for is_sent, (name, (sender, days)) in zip(sent, PRECEDENCE.items(), strict=False):
        if is_sent:
            sent_by(sender, days, name=name, message_sid=QUOTED if name == "quoted" else None)
    if sent[-1]:
        sent_by(*OTHER_CHANNEL, name="other channel")

    expected = next((name for there, name in zip(sent, PRECEDENCE, strict=False) if there), None)
    assert credited(contact, senders["first"], quoting=QUOTED) == expected


@pytest.mark.parametrize("to", ["first", "second", "sms"])
def test_credit_goes_to_what_is_quoted_whatever_its_age_and_sender(contact, senders, sent_by, to):
    sent_by("sms", 400, name="quoted", message_sid=QUOTED)
    sent_by("first", 1)
    sent_by("sms", 1)

    assert credited(contact, senders[to], quoting=QUOTED) == "quoted"
    assert Recipient.objects.get(status="replied").message_sid == QUOTED


def test_credit_goes_to_the_quoted_attempt_that_was_given_up(contact, senders, sent_by):
    sent_by("first", 9, name="quoted", message_sid=QUOTED, given_up_sid=FORMER)
    sent_by("first", 1)

    assert credited(contact, senders["first"], quoting=FORMER) == "quoted"


@pytest.mark.parametrize("quoting", [OTHERS, ANSWER, "SM" + "f" * 32, "nonsense", "x" * 4_000])
def test_a_quote_of_what_no_campaign_sent_this_person_falls_through(
    contact, senders, sent_by, quoting
):
    last = sent_by("first", 1)
    other = Contact.objects.create(phone="+56975400999")
    received(last.campaign, other, ago=timedelta(days=1), message_sid=OTHERS)
    conversation = Conversation.objects.create(sender=senders["first"], contact=contact)
    Message.objects.create(
        conversation=conversation,
        contact=contact,
        direction="outbound",
        message_sid=ANSWER,
        status="delivered",
        created_at=timezone.now(),
    )

    assert credited(contact, senders["first"], quoting=quoting) == "first"
    assert Recipient.objects.get(contact=other).status == "delivered"


def test_a_quote_of_a_message_that_failed_credits_it_and_moves_no_recipient(
    contact, senders, sent_by
):
    sent_by("first", 1, message_sid=QUOTED, status="failed")

    assert credited(contact, senders["first"], quoting=QUOTED) == "first"
    assert Recipient.objects.get().status == "failed"


@pytest.mark.parametrize(("seconds", "name"), [(1, None), (-1, "first")])
def test_credit_ends_seven_days_before_the_message_was_written(
    contact, senders, sent_by, seconds, name
):
    sent_by("first", 9 + seconds / 86_400)

    assert credited(contact, senders["first"], ago=timedelta(days=2)) == name


def test_a_message_heard_late_answers_nothing_that_was_sent_after_it(contact, senders, sent_by):
    sent_by("first", 3, name="before")
    sent_by("first", 1, name="after")
    ago = timedelta(days=2)

    assert credited(contact, senders["first"], ago=ago) == "before"
    replied = Recipient.objects.get(status="replied")
    assert replied.replied_at == Message.objects.get().created_at


def test_credit_costs_the_same_for_a_group_of_any_size(campaign, sender, django_assert_num_queries):
    made = [Contact.objects.create(phone=f"+5697540{n:04}") for n in range(12)]
    for number, person in enumerate(made):
        received(campaign, person, ago=timedelta(1), message_sid=f"SM{number:032}")
    inbounds = [
        inbound_of(person, sender, quoting=f"SM{number:032}") for number, person in enumerate(made)
    ]

    with django_assert_num_queries(6):  # quoted, sent lately, lock, move, history, log
        credit_campaign(inbounds)

    assert Recipient.objects.filter(status="replied").count() == len(made)

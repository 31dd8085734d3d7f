"""What the page of a person says of the talks with them, and of what may be sent."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from contacts.person.parts import gathered
from contacts.person.timeline import timeline
from messaging.models import Conversation, Sender
from optouts.operations import hold, opt_out
from tests.factories.messages import message
from tests.factories.people import block
from tests.factories.users import permit_only

NOW = datetime(2026, 11, 27, 15, tzinfo=timezone.get_default_timezone())

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(contact, sender) -> Conversation:
    return Conversation.objects.create(contact=contact, sender=sender)


def entries(contact, user) -> list:
    shown = timeline(contact, user, kind="messages")
    return [entry for period in shown.periods for entry in period.entries]


def standings(contact, user) -> list[tuple[str, str, str]]:
    found = gathered(contact, user).standings
    return [(str(one.title), str(one.words), one.tone) for one in found]


def test_messages_are_told_by_the_day_with_the_last_words_of_both(contact, talk, superuser):
    for hours, body in [(30, "Hola"), (5, "¿Cuánto vale?"), (3, "¿Y en cuotas?")]:
        message(contact, NOW - timedelta(hours=hours), body=body, conversation=talk)
    message(contact, NOW, "outbound", body="En 48.", conversation=talk)

    told = [
        (one.at, str(one.sentence).partition(">")[2], [bubble.text for bubble in one.said])
        for one in entries(contact, superuser)
    ]

    assert told == [
        (NOW, "Conversation of 3 messages</a>", ["¿Y en cuotas?", "En 48."]),
        (NOW - timedelta(hours=30), "Wrote</a>", ["Hola"]),
    ]


def test_day_leads_to_its_place_in_the_thread(contact, talk, superuser):
    old = message(contact, NOW - timedelta(days=3), body="Hola", conversation=talk)
    message(contact, NOW, body="¿Siguen?", conversation=talk)
    Conversation.objects.update(last_message_at=NOW)

    newest, earlier = entries(contact, superuser)

    url = reverse("admin:inbox", query={"talk": talk.pk})
    assert f'"{url}"' in newest.sentence
    assert f'"{url}&amp;before={old.pk + 1}"' in earlier.sentence


def test_what_a_campaign_sent_is_told_by_the_campaign(contact, talk, superuser):
    message(contact, NOW, "outbound", body="Oferta", conversation=talk, campaign_id=7)

    assert entries(contact, superuser) == []


def test_messages_are_masked_for_who_may_not_see_addresses(contact, talk, allow):
    message(contact, NOW, body="Soy el 9 1111 2222", conversation=talk)
    url = reverse("admin:contacts_contact_change", args=[contact.pk])

    page = allow("view_contact", "view_conversation").get(url, {"show": "messages"})

    [period] = page.context["timeline"].periods
    assert period.entries[0].said[0].text == "Soy el •••• 2222"


def test_messages_need_their_right(contact, talk, staff):
    message(contact, NOW, body="Hola", conversation=talk)

    assert entries(contact, permit_only(staff, "view_contact")) == []


@pytest.fixture
def by_sms(sender: Sender) -> Sender:
    """A second sender, by SMS."""
    return Sender.objects.create(name="Avisos", channel="sms", address="+56220000001")


def test_channels_with_one_answer_are_told_together(contact, by_sms, superuser):
    assert standings(contact, superuser) == [("WhatsApp, SMS", "Campaigns may write", "good")]


def test_channel_that_reaches_nobody_is_told_apart(contact, by_sms, superuser):
    block(contact, "whatsapp")

    assert standings(contact, superuser) == [
        ("WhatsApp", "Cannot be reached on this channel", "bad"),
        ("SMS", "Campaigns may write", "good"),
    ]


@time_machine.travel(NOW, tick=False)
def test_opt_out_is_told_with_its_words(contact, superuser):
    opt_out(contact, reason="user_request", evidence=f"SM{'a' * 32}: BAJA")

    assert standings(contact, superuser) == [("WhatsApp", "Opted out: since today, “BAJA”", "")]


def test_held_message_leads_to_its_decision(contact, superuser):
    held = hold(contact, "no tantos mensajes")

    [standing] = gathered(contact, superuser).standings

    assert standing.words == ("A message of theirs waits for a decision: “no tantos mensajes”")
    assert standing.url == reverse("admin:optouts_hold_change", args=[held.pk])


def test_landline_is_told_unless_they_wrote_by_whatsapp(contact, sender, superuser):
    contact.phone = "+56221234567"
    contact.save()
    before = standings(contact, superuser)
    Conversation.objects.create(contact=contact, sender=sender, window_expires_at=NOW)

    assert before[0][1] == "A landline, from which nobody wrote by WhatsApp"
    assert standings(contact, superuser)[0][1] == "Campaigns may write"


@time_machine.travel(NOW, tick=False)
def test_open_window_is_told(contact, talk, superuser):
    Conversation.objects.update(window_expires_at=NOW + timedelta(hours=2))

    assert standings(contact, superuser)[1] == ("Answers", "Free text until 17:00", "good")


def test_latest_conversation_is_the_first_thing_to_open(contact, talk, superuser, staff):
    found = gathered(contact, superuser).primary

    assert found.url == reverse("admin:inbox", query={"talk": talk.pk})
    assert gathered(contact, permit_only(staff, "view_contact")).primary is None


def test_sent_buttons_and_the_tapped_one_are_told_as_in_the_thread(contact, talk, superuser):
    sent = {"buttons": [{"type": "quick_reply", "text": "Sí, quiero", "id": "abcdefgh"}]}
    tapped = {"button_text": "Sí, quiero", "button_payload": "abcdefgh"}
    ours = {"body": "¿Vienes?", "content": sent, "conversation": talk}
    theirs = {"body": "Sí, quiero", "type": "button", "content": tapped, "conversation": talk}
    message(contact, NOW - timedelta(hours=1), "outbound", **ours)
    message(contact, NOW, **theirs)

    [entry] = entries(contact, superuser)

    assert [(one.text, one.kind, one.buttons) for one in entry.said] == [
        ("¿Vienes?", "", ["Sí, quiero"]),
        ("Sí, quiero", "button", ()),
    ]

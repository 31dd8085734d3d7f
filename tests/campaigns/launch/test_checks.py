"""What the preflight says of people, texts, senders and windows."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.launch.checks import LeftOut, preflight
from campaigns.models import Campaign, Recipient
from contacts.models import Contact, ContactStatus, Vehicle
from messaging import accounts
from messaging.models import Conversation, Sender, Template
from messaging.texts.loose_placeholders import fallback_sentences, loose_sentences
from optouts.models import Hold
from tests.campaigns.frozen import freeze_recipients
from tests.factories.people import add_address, known_as
from waproject.accounts.actors import SYSTEM

NO_WINDOW = (
    "WhatsApp would refuse this text to 1 person: it takes free text only within 24 hours of"
    " their last message. Use an approved template."
)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """A campaign to people with “e” in their name, so that it does not address everyone."""
    campaign.audience = {"name_contains": "e"}
    campaign.save()
    return campaign


@pytest.fixture
def free_text(campaign: Campaign, settings) -> Campaign:
    """A campaign with a text of its own, and a provider that is not the simulator."""
    settings.TWILIO_SIMULATED = False
    campaign.template = None
    campaign.message_template = "Hola {{nombre}}, tu {{marca}} {{modelo}} te espera."
    campaign.save()
    return campaign


@pytest.fixture
def owner(contact: Contact) -> Contact:
    Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)
    return contact


@pytest.fixture
def sms(free_text: Campaign) -> Campaign:
    free_text.sender.channel = "sms"
    free_text.sender.save()
    return free_text


def write_in(campaign: Campaign, contact: Contact, hours: int) -> None:
    """The person wrote so that the window closes in `hours`."""
    Conversation.objects.create(
        sender=campaign.sender,
        contact=contact,
        window_expires_at=timezone.now() + timedelta(hours=hours),
    )


def test_preflight_of_a_good_campaign_has_nothing_to_say(campaign, contact):
    found = preflight(campaign)

    assert (found.recipients, found.left_out, found.errors, found.warnings) == (1, [], [], [])


def test_preflight_shows_the_text_that_a_person_would_read(free_text, owner):
    sample = preflight(free_text).samples[0]

    assert (str(sample.contact), sample.text) == (str(owner), "Hola Juan, tu Kia Rio te espera.")


def test_preflight_shows_five_texts_one_of_them_incomplete(free_text):
    for number in range(8):
        person = Contact.objects.create(phone=f"+5697000000{number}", name="Pepe")
        if number != 7:
            Vehicle.objects.create(contact=person, make="Kia", model="Rio", year=2020)

    missing = [sample.missing for sample in preflight(free_text).samples]

    assert missing == [(), (), (), (), ("marca", "modelo")]


def test_preflight_says_why_people_are_left_out(campaign):
    for number, status in enumerate(["opted_out", "opted_out", "invalid", "active"]):
        Contact.objects.create(phone=f"+5697000000{number}", name="Pepe", status=status)
    held = Contact.objects.get(status=ContactStatus.ACTIVE)
    Hold.objects.create(contact=held, text="¿baja?", held_at=timezone.now())

    assert preflight(campaign).left_out == [
        LeftOut("opted out", 2),
        LeftOut("a message of theirs waits for a decision", 1),
        LeftOut("invalid address", 1),
    ]


def test_preflight_counts_people_without_a_value_and_warns(free_text, owner):
    Contact.objects.create(phone="+56970000001", name="Pepe")
    write_in(free_text, owner, hours=2)

    found = preflight(free_text)

    assert (found.recipients, found.left_out, found.warnings) == (
        1,
        [LeftOut("missing: marca, modelo", 1)],
        [
            "1 person has no value for {{marca}} and will be skipped.",
            "1 person has no value for {{modelo}} and will be skipped.",
        ],
    )


def test_preflight_leaves_out_people_whose_text_is_too_long(sms, owner):
    Contact.objects.create(phone="+56970000001", name="Pepe", custom_fields={"nota": "x" * 1600})
    Contact.objects.filter(pk=owner.pk).update(custom_fields={"nota": "x"})
    sms.message_template = "Hola {{nota}}"

    found = preflight(sms)

    assert (found.recipients, found.left_out, found.errors, found.warnings) == (
        1,
        [LeftOut("the text is too long", 1)],
        [],
        ["The text is too long for 1 person, who will be skipped."],
    )


def test_preflight_leaves_out_people_whose_values_make_the_header_too_long(campaign, owner):
    Contact.objects.create(phone="+56970000001", name="Pepe", custom_fields={"nota": "x" * 55})
    Contact.objects.filter(pk=owner.pk).update(custom_fields={"nota": "x" * 54})
    version = campaign.template.current
    version.header_type, version.header_text = "text", "Hola, {{nota}}"

    found = preflight(campaign)

    assert (found.recipients, found.left_out) == (1, [LeftOut("the text is too long", 1)])


def test_preflight_refuses_a_text_too_long_for_everyone(campaign, contact):
    campaign.template.current.body = "x" * 1_025

    assert preflight(campaign).errors == [
        "There is nobody to write to. Widen the audience, or see below who is left out.",
        "The text is too long with its values: at most 1024 characters are taken.",
    ]


def test_preflight_leaves_out_people_without_a_phone_on_sms(sms, owner):
    known_as("CL.1", name="Pepe")

    found = preflight(sms)

    assert (found.recipients, found.left_out) == (1, [LeftOut("no phone number", 1)])


def test_preflight_keeps_people_without_a_phone_on_whatsapp(campaign):
    known_as("CL.1", name="Pepe")

    assert preflight(campaign).recipients == 1


def test_preflight_refuses_an_audience_of_nobody(campaign):
    assert preflight(campaign).errors == [
        "There is nobody to write to. Widen the audience, or see below who is left out."
    ]


def test_preflight_refuses_an_audience_it_cannot_read(campaign, contact):
    campaign.audience = {"year_from": "x"}

    assert preflight(campaign).errors == [
        "The filter “year_from” of the audience must be a whole number above zero, not 'x'."
    ]


def test_preflight_refuses_a_sender_that_is_switched_off(campaign, contact):
    campaign.sender.status = Sender.Status.DISABLED

    assert preflight(campaign).errors == [
        "The sender “Automotora” is switched off. Switch it on or choose another."
    ]


def test_preflight_refuses_a_sender_that_no_campaign_can_use(campaign, contact):
    campaign.sender.channel = "other"

    assert preflight(campaign).errors == [
        "The sender “Automotora” is of a channel that campaigns cannot use."
        " Choose a sender of WhatsApp or SMS."
    ]


def test_preflight_refuses_without_a_twilio_account(campaign, contact, settings):
    settings.TWILIO_ACCOUNT_SID = ""

    [error] = preflight(campaign).errors

    assert error.startswith("No Twilio account is set. Set TWILIO_ACCOUNT_SID")


def test_preflight_refuses_a_sender_whose_account_is_switched_off(campaign, contact):
    accounts.switch_off([campaign.sender.account_id], by=SYSTEM)
    campaign.sender.account.refresh_from_db()

    assert preflight(campaign).errors == ["The account “Main account” is switched off."]


def test_preflight_refuses_a_campaign_without_a_message(campaign, contact):
    campaign.template = None

    assert preflight(campaign).errors[0] == (
        "The campaign has no message. Choose a template or write a text."
    )


def test_preflight_refuses_a_template_and_a_text_at_once(campaign, contact):
    campaign.message_template = "Hola"

    assert preflight(campaign).errors == [
        "The campaign has a template and a free text. Keep one of them."
    ]


def test_preflight_refuses_a_template_that_is_not_approved(campaign, contact):
    campaign.template.status = Template.Status.REJECTED

    assert preflight(campaign).errors == [
        "WhatsApp has not approved the template “promo” (it is rejected)."
    ]


def test_preflight_refuses_a_template_that_the_provider_does_not_have(campaign, contact):
    campaign.template.in_use.content_sid = ""

    assert preflight(campaign).errors == [
        "The provider does not have the template “promo”. Submit it to WhatsApp."
    ]


def test_preflight_takes_a_template_that_only_sms_will_carry(campaign, contact):
    campaign.sender.channel = "sms"
    campaign.template.status = Template.Status.DRAFT
    campaign.template.current.content_sid = ""

    assert preflight(campaign).errors == []


def test_preflight_refuses_a_source_that_does_not_exist(campaign, contact):
    source = {"source": "contact.password", "fallback": "x"}
    campaign.template.current.variables = {"nombre": source}

    assert preflight(campaign).errors == [
        "The template takes {{nombre}} from a source that does not exist."
        " Choose another on the template's page."
    ]


@pytest.mark.parametrize("text", ["Hola {nombre}, ofertas", "Hola {{nombre cliente}}, ofertas"])
def test_preflight_refuses_what_was_meant_as_a_placeholder(campaign, contact, text):
    campaign.template.current.body = text

    assert preflight(campaign).errors == loose_sentences(text) != []


def test_preflight_refuses_a_placeholder_in_a_fallback(campaign, contact):
    mapping = {"nombre": {"source": "contact.first_name", "fallback": "[cliente]"}}
    campaign.template.current.variables = mapping

    assert preflight(campaign).errors == fallback_sentences(mapping) != []


@pytest.mark.parametrize("hours", [None, -1])
def test_preflight_refuses_free_text_outside_the_window(free_text, owner, hours):
    if hours:
        write_in(free_text, owner, hours)

    found = preflight(free_text)

    assert (found.outside_window, found.errors) == (1, [NO_WINDOW])


def test_preflight_takes_free_text_within_the_window(free_text, owner):
    write_in(free_text, owner, hours=1)

    found = preflight(free_text)

    assert (found.outside_window, found.errors) == (0, [])


def test_preflight_looks_at_the_window_of_its_own_sender(free_text, owner):
    other = Sender.objects.create(name="Otro", channel="whatsapp", address="+56220000001")
    write_in(Campaign(sender=other), owner, hours=1)

    assert preflight(free_text).outside_window == 1


def test_preflight_takes_free_text_on_sms_at_any_time(sms, owner):
    assert preflight(sms).errors == []


def test_preflight_only_warns_of_the_window_before_a_simulator(free_text, owner, settings):
    settings.TWILIO_SIMULATED = True

    found = preflight(free_text)

    assert (found.errors, found.warnings) == (
        [],
        [
            "WhatsApp itself would refuse this text to 1 person, who has not written within"
            " 24 hours. The simulator takes it."
        ],
    )


def test_preflight_warns_of_an_audience_of_everyone(campaign, contact):
    campaign.audience = {}

    assert preflight(campaign).warnings == ["The audience has no filter: it is everyone."]


def test_preflight_warns_of_messages_that_wait_for_the_same_sender(campaign, contact):
    other = Campaign.objects.create(name="Otra", sender=campaign.sender, status="active")
    Recipient.objects.create(campaign=other, contact=contact, phone=contact.phone)

    assert preflight(campaign).warnings == [
        "1 message of another campaign waits for the same sender and shares what it may send."
    ]


def test_preflight_foretells_what_a_launch_does(sms):
    """The preflight and the launch judge people apart from each other: they must agree."""
    sms.message_template = "Hola {{nombre}} {{marca}} {{nota}}"
    for number in range(36):
        status = ["active", "active", "active", "opted_out", "invalid", "active"][number % 6]
        person = Contact.objects.create(
            phone=None if number % 5 == 0 else f"+569700000{number:02}",
            name="Pepe",
            status=status,
            custom_fields={"nota": ["ya", "", "x" * 1600][number % 3]},
        )
        add_address(person, f"CL.{number}")
        if number % 4:
            Vehicle.objects.create(contact=person, make="Kia", model="Rio", year=2020)
        if number % 11 == 0:
            Contact.objects.filter(pk=person.pk).block_channel("sms", "21614")
        if number % 7 == 0:
            Hold.objects.create(contact=person, text="¿baja?", held_at=timezone.now())

    found = preflight(sms)
    frozen = freeze_recipients(sms, now=timezone.now())

    reasons = [one.why for one in sms.recipients.filter(status="skipped")]
    assert found.recipients == frozen.pending == 2
    assert {one.reason: one.count for one in found.left_out} == Counter(reasons)


def test_preflight_counts_people_at_the_frequency_cap(campaign, contact, settings):
    settings.FREQUENCY_CAP_MESSAGES = 1
    other = Campaign.objects.create(name="Otra", sender=campaign.sender)
    sent = {"status": "sent", "sent_at": timezone.now(), "phone": contact.phone}
    Recipient.objects.create(campaign=other, contact=contact, **sent)

    found = preflight(campaign)

    assert found.recipients == 0
    assert found.left_out == [LeftOut("had enough campaign messages lately", 1)]


def test_preflight_counts_people_who_cannot_be_reached_on_the_channel(campaign, contact):
    Contact.objects.filter(pk=contact.pk).block_channel("whatsapp", "63024")

    found = preflight(campaign)

    assert found.recipients == 0
    assert found.left_out == [LeftOut("cannot be reached on this channel", 1)]

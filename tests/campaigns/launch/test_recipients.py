from datetime import UTC, datetime, time

import pytest
from django.utils import timezone

from campaigns.models import Recipient, StatusChange
from contacts.models import Contact, Vehicle
from messaging.models import Delivery
from optouts.operations import hold, opt_out
from tests.campaigns.frozen import freeze_recipients
from tests.factories.people import add_address


def freeze(campaign) -> Recipient:
    freeze_recipients(campaign, now=timezone.now())
    return Recipient.objects.get()


def test_freeze_recipients_keeps_address_text_and_variables(campaign, contact):
    recipient = freeze(campaign)

    assert (recipient.status, recipient.phone) == ("pending", "+56975400946")
    assert recipient.body == "Hola Juan Pérez, tenemos ofertas. Responde INFO."
    assert recipient.variables == {"nombre": "Juan Pérez"}


def test_freeze_recipients_speaks_of_the_matching_vehicle(campaign, contact):
    vehicles = [
        Vehicle.objects.create(contact=contact, make=make, model="X", year=2020)
        for make in ("Toyota", "Honda")
    ]
    campaign.audience = {"make": ["Toyota"]}

    assert freeze(campaign).vehicle == vehicles[0]


def test_freeze_recipients_skips_people_who_opted_out(campaign, contact):
    opt_out(contact, reason="manual", note="por teléfono")

    recipient = freeze(campaign)

    assert (recipient.status, recipient.why) == ("skipped", "opted out")


def test_freeze_recipients_skips_people_whose_message_is_held(campaign, contact):
    hold(contact, "¿baja?")

    assert freeze(campaign).why == "a message of theirs waits for a decision"


def test_freeze_recipients_skips_people_who_cannot_be_reached_on_the_channel(campaign, contact):
    Contact.objects.all().block_channel("whatsapp", "63024")

    assert freeze(campaign).why == "cannot be reached on this channel"


def test_freeze_recipients_skips_a_missing_variable(campaign, contact):
    campaign.template.current.variables = {}
    Contact.objects.update(name="")

    assert freeze(campaign).why == "missing: nombre"


def test_freeze_recipients_skips_a_text_too_long(campaign, contact):
    campaign.template.current.body = "x" * 1025

    assert freeze(campaign).why == "the text is too long"


def test_freeze_recipients_skips_people_without_a_phone_on_sms(campaign, contact):
    Contact.objects.update(phone=None)
    add_address(contact, "CL.1234")
    campaign.sender.channel = "sms"

    assert freeze(campaign).why == "no phone number"


def test_freeze_recipients_writes_to_people_known_by_user_id(campaign, contact):
    Contact.objects.update(phone=None)
    add_address(contact, "CL.1234")

    assert freeze(campaign).phone == "CL.1234"


def test_freeze_recipients_records_the_first_state_of_the_skipped(campaign, contact):
    Contact.objects.update(status="invalid")

    freeze(campaign)

    assert StatusChange.objects.values_list("old", "new").get() == ("", "skipped")


@pytest.mark.parametrize("people", [0, 3])
def test_freeze_recipients_counts(campaign, people):
    Contact.objects.bulk_create(Contact(phone=f"+5697540094{n}") for n in range(people))

    frozen = freeze_recipients(campaign, now=timezone.now())

    assert (frozen.total, frozen.pending) == (people, people)


FRIDAY_NIGHT = datetime(2026, 11, 21, 1, tzinfo=UTC)  # 22:00 in Santiago


def freeze_at_night(campaign) -> Recipient:
    campaign.hours_start, campaign.hours_end = time(9), time(21)
    freeze_recipients(campaign, now=FRIDAY_NIGHT)
    return Recipient.objects.get()


def test_freeze_recipients_keeps_the_zone_of_the_number(campaign, contact):
    assert freeze_at_night(campaign).time_zone == "America/Santiago"


def test_freeze_recipients_keeps_the_contacts_own_zone(campaign, contact):
    Contact.objects.update(time_zone="Pacific/Easter")

    assert freeze_at_night(campaign).time_zone == "Pacific/Easter"


def test_freeze_recipients_lets_people_outside_their_hours_wait(campaign, contact):
    recipient = freeze_at_night(campaign)

    assert recipient.status == "pending"
    assert Delivery.objects.get().due_at == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_freeze_recipients_skips_people_without_an_hour_before_the_end(campaign, contact):
    campaign.ends_at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    recipient = freeze_at_night(campaign)

    assert (recipient.status, Delivery.objects.count()) == ("skipped", 0)
    assert recipient.why == "no sending hour before the campaign's end"


def test_freeze_recipients_asks_for_no_zone_without_hours(campaign, contact):
    assert freeze(campaign).time_zone == ""

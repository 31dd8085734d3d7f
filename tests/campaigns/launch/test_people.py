import pytest
from django.utils import timezone

from campaigns.audience.filters import Audience
from campaigns.launch import people as module
from campaigns.launch.people import addressees
from contacts.models import Contact, ContactStatus, Vehicle
from messaging.models import Conversation
from optouts.models import Hold
from optouts.operations import opt_out
from tests.factories.people import known_as


def one(campaign):
    [[found]] = addressees(campaign, Audience())
    return found


def test_addressee_has_the_text_with_the_newest_vehicle(campaign, contact):
    for year in (2019, 2023, 2021):
        Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=year)
    campaign.template.current.body = "Tu {{modelo}} {{ano}}"

    found = one(campaign)

    assert (found.rendered.text, found.vehicle.year) == ("Tu Rio 2023", 2023)
    assert (found.address, found.barrier, found.too_long) == (contact.phone, None, False)


@pytest.mark.parametrize(
    ("channel", "address", "barrier"),
    [("whatsapp", "CL.1", None), ("sms", "", "no_address")],
)
def test_addressee_without_a_phone_is_reached_on_whatsapp_alone(
    campaign, channel, address, barrier
):
    known_as("CL.1", name="Sin teléfono")
    campaign.sender.channel = channel

    found = one(campaign)

    assert (found.address, found.barrier) == (address, barrier)


@pytest.mark.parametrize("status", [ContactStatus.OPTED_OUT, ContactStatus.INVALID])
def test_addressee_is_barred_by_their_status(campaign, contact, status):
    Contact.objects.update(status=status)

    assert one(campaign).barrier == status


def test_addressee_is_barred_by_an_opt_out_with_another_spelling_of_their_number(campaign):
    former = Contact.objects.create(phone="+5215512345678")
    opt_out(former, reason="manual")
    Contact.objects.filter(pk=former.pk).update(phone="+56975400946")
    now = Contact.objects.create(phone="+525512345678")

    [people] = addressees(campaign, Audience(contact_ids=[now.pk]))

    assert [one.barrier for one in people] == ["opted_out"]


@pytest.mark.parametrize(
    ("channel", "wrote", "barred"),
    [("whatsapp", False, True), ("whatsapp", True, False), ("sms", False, False)],
)
def test_addressee_with_a_landline_has_whatsapp_only_if_they_wrote(
    campaign, contact, channel, wrote, barred
):
    Contact.objects.update(phone="+56221234567")
    window = timezone.now() if wrote else None
    Conversation.objects.create(sender=campaign.sender, contact=contact, window_expires_at=window)
    campaign.sender.channel = channel

    assert bool(one(campaign).barrier) == barred


@pytest.mark.parametrize("decided_at", [None, timezone.now()])
def test_addressee_is_barred_by_an_undecided_hold(campaign, contact, decided_at):
    Hold.objects.create(
        contact=contact, text="baja?", held_at=timezone.now(), decided_at=decided_at
    )

    assert bool(one(campaign).barrier) == (decided_at is None)


def test_addressees_come_in_batches_each_person_once(campaign, monkeypatch):
    Contact.objects.bulk_create(Contact(phone=f"+5697540094{number}") for number in range(5))
    monkeypatch.setattr(module, "BATCH", 2)

    batches = list(addressees(campaign, Audience()))

    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert len({one.contact.pk for batch in batches for one in batch}) == 5

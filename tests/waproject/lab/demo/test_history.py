"""The weeks that the demonstration makes up: whole data, and a business that seems alive."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import import_string

from campaigns.models import Campaign, Recipient
from contacts.models import Contact, Vehicle
from messaging.models import Conversation, Delivery, Message
from optouts.models import OptOut
from tests.factories.people import people
from waproject.lab.demo.history import write_past

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd() -> None:
    cars = [("Toyota", "Hilux", 2012), ("Kia", "Rio", 2018), ("Nissan", "Versa", 2016)]
    for number, person in enumerate(people(120, name="Ana {}")):
        make, model, year = cars[number % 3]
        Vehicle.objects.create(contact=person, make=make, model=model, year=year)


@pytest.mark.usefixtures("crowd")
def test_what_is_made_up_keeps_every_invariant():
    write_past(1)

    found = [problem for check in settings.INTEGRITY_CHECKS for problem in import_string(check)()]
    assert found == []


@pytest.mark.usefixtures("crowd")
def test_weeks_lie_in_the_past_and_nothing_waits_to_be_sent():
    written = write_past(1)

    now = timezone.now()
    first = Message.objects.aggregate(first=Min("created_at"))["first"]
    assert written
    assert written.messages == Message.objects.count() > 100
    assert timedelta(days=28) < now - first < timedelta(days=36)
    assert not Message.objects.filter(created_at__gt=now).exists()
    assert not Delivery.objects.exists()
    assert Contact.objects.filter(created_at__gt=first).count() == 0
    assert set(Campaign.objects.values_list("status", flat=True)) == {
        *("completed", "scheduled", "draft"),
    }


@pytest.mark.usefixtures("crowd")
def test_people_answer_and_some_opt_out():
    write_past(3)

    assert Recipient.objects.filter(status="replied").count() > 10
    assert OptOut.objects.exists()
    assert Conversation.objects.filter(last_message_direction="inbound").exists()


def test_nothing_is_made_up_where_campaigns_are(campaign):
    assert write_past(1) is None
    assert not Message.objects.exists()

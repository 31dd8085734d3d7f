"""Lists whose rows belong to people, some of them without a phone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.models import Vehicle
from messaging.models import Conversation
from optouts.models import Hold
from optouts.operations import opt_out
from tests.factories.people import known_as

LISTS = [
    "contacts_contact",
    "contacts_vehicle",
    "messaging_conversation",
    "optouts_consentevent",
    "optouts_hold",
    "optouts_optout",
]


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_once_for_the_addresses_of_all(boss, sender, name):
    url = reverse(f"admin:{name}_changelist")
    boss.get(url)
    costs = []
    for number in (2, 20):
        fill(sender, number)
        with CaptureQueriesContext(connection) as queries:
            boss.get(url)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def fill(sender, count: int) -> None:
    """Add so many people without a phone and a name, each with a row of every list."""
    for number in range(count):
        person = known_as(f"CL.{count}{number}")
        Vehicle.objects.create(contact=person, make="Kia", model="Rio", year=2020)
        Conversation.objects.create(contact=person, sender=sender, last_message_at=timezone.now())
        Hold.objects.create(contact=person, text="?", held_at=timezone.now())
        opt_out(person, reason="manual")

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client

from campaigns.models import Campaign, Recipient
from contacts.models import Contact, Vehicle
from waproject.accounts.models import User


@pytest.fixture
def allow(staff: User) -> Callable[..., Client]:
    """`allow("view_campaign")`: a client of a staff user with these permissions and no others."""

    def allow_only(*codenames: str) -> Client:
        staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(staff)
        return client

    return allow_only


@pytest.fixture
def owner(contact: Contact) -> Contact:
    Vehicle.objects.create(contact=contact, make="Toyota", model="Corolla", year=2015)
    return contact


@pytest.fixture
def draft(campaign: Campaign, owner: Contact) -> Campaign:
    """A campaign to owners of a Toyota, of whom there is one, that a launch would not stop at."""
    campaign.audience = {"make": ["Toyota"]}
    campaign.save()
    return campaign


@pytest.fixture
def said() -> Callable[..., list[str]]:
    """The sentences that a response leaves for the person."""
    return lambda response: [str(message) for message in get_messages(response.wsgi_request)]


def address(campaign: Campaign, number: int, **fields) -> Recipient:
    """A recipient of the campaign; `number` makes the phone."""
    person = Contact.objects.create(phone=f"+5697000{number:04}", name=f"Persona {number}")
    return Recipient.objects.create(campaign=campaign, contact=person, phone=person.phone, **fields)

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages

from campaigns.models import Campaign
from contacts.models import Contact, Vehicle


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
def to_everyone(draft: Campaign) -> Campaign:
    """A draft whose preflight has a warning."""
    Campaign.objects.update(audience={})
    return draft


@pytest.fixture
def said() -> Callable[..., list[str]]:
    """The sentences that a response leaves for the person."""
    return lambda response: [str(message) for message in get_messages(response.wsgi_request)]

"""A launch of five people by two at a time, so that jobs have to go on with it."""

import pytest

from campaigns import operations
from campaigns.launch import further_chunks
from campaigns.launch import people as addressees
from campaigns.models import Campaign
from contacts.models import Contact
from tests.factories import people as factory
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def people(db, monkeypatch) -> list[Contact]:
    monkeypatch.setattr(addressees, "BATCH", 2)
    monkeypatch.setattr(addressees, "PAGE", 4)
    monkeypatch.setattr(further_chunks, "BATCH", 2)
    return factory.people(5, phones="+5697540094{}", name="Ana {}")


@pytest.fixture
def launching(campaign, people) -> Campaign:
    """A campaign whose first two people are recipients, and whose other three are not yet."""
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    campaign.refresh_from_db()
    return campaign

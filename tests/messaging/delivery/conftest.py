"""An active campaign whose recipients are already frozen."""

from collections.abc import Callable

import pytest
from django.conf import settings as project

from campaigns.launch.texts import frozen
from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from contacts.models import Contact

collect_ignore = (
    ["test_caps_rivals.py"] if "sqlite" in project.DATABASES["default"]["ENGINE"] else []
)

Fill = Callable[[int], list[Recipient]]


@pytest.fixture
def active(campaign: Campaign, settings) -> Campaign:
    settings.RECONCILE_AFTER_SECONDS = 0.05
    Campaign.objects.filter(pk=campaign.pk).update(
        status=CampaignStatus.ACTIVE, total_recipients=10_000, **frozen(campaign)
    )
    campaign.sender.rate = 500
    campaign.sender.save()
    return Campaign.objects.select_related("sender", "template").get(pk=campaign.pk)


@pytest.fixture
def fill(active: Campaign) -> Fill:
    """Add recipients to the active campaign."""

    def add(count: int) -> list[Recipient]:
        people = Contact.objects.bulk_create(
            Contact(phone=f"+5697{number:07d}") for number in range(count)
        )
        return Recipient.objects.bulk_create(
            Recipient(
                campaign=active,
                contact=one,
                phone=one.phone,
                body="Hola cliente, tenemos ofertas. Responde INFO.",
                variables={"nombre": "cliente"},
            )
            for one in people
        )

    return add

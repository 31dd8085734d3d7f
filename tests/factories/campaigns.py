"""Recipients of campaigns."""

from typing import Any

from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from tests.factories.people import person


def recipient(campaign: Campaign, number: int, **fields: Any) -> Recipient:
    """A recipient of the campaign; `number` makes the phone and the name."""
    contact = person(phone=f"+5697000{number:04}", name=f"Persona {number}")
    return Recipient.objects.create(
        campaign=campaign, contact=contact, phone=contact.phone, **fields
    )


def recipients(campaign: Campaign, *statuses: str) -> list[Recipient]:
    """One new person at each of these statuses; those that imply a sent message have its time."""
    unsent = {RecipientStatus.PENDING, RecipientStatus.SKIPPED}
    made = [
        Recipient.objects.create(
            campaign=campaign,
            contact=(contact := person()),
            phone=contact.address,
            status=status,
            sent_at=None if status in unsent else timezone.now(),
        )
        for status in statuses
    ]
    Campaign.objects.filter(pk=campaign.pk).update(total_recipients=campaign.recipients.count())
    return made

"""The few rows that a report's test needs, in one line each."""

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from contacts.models import Contact, Vehicle
from messaging.models import Message

_numbers = count(1)


def person(**fields: Any) -> Contact:
    return Contact.objects.create(**{"phone": f"+5691{next(_numbers):07}", **fields})


def vehicle(contact: Contact, make: str = "Toyota", model: str = "Yaris", **fields: Any) -> Vehicle:
    created_at = fields.pop("created_at", None)
    made = Vehicle.objects.create(
        **{"contact": contact, "make": make, "model": model, "year": 2018, **fields}
    )
    if created_at:
        Vehicle.objects.filter(pk=made.pk).update(created_at=created_at)
    return made


def message(contact: Contact, at: datetime, direction: str = "inbound", **fields: Any) -> Message:
    return Message.objects.create(
        contact=contact,
        phone=contact.address,
        direction=direction,
        status="received" if direction == "inbound" else "sent",
        message_sid=f"SM{next(_numbers):032}",
        created_at=at,
        **fields,
    )


def recipients(campaign: Campaign, *statuses: str) -> list[Recipient]:
    """One new person at each of these statuses; whoever was sent to has a time of sending."""
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

"""Lines of the log of messages."""

from datetime import datetime
from typing import Any

from contacts.models import Contact
from messaging.models import Message
from tests.factories import numbers


def message(contact: Contact, at: datetime, direction: str = "inbound", **fields: Any) -> Message:
    fields.setdefault("status", "received" if direction == "inbound" else "sent")
    return Message.objects.create(
        contact=contact,
        phone=contact.address,
        direction=direction,
        message_sid=f"SM{next(numbers):032}",
        created_at=at,
        **fields,
    )

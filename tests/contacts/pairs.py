"""People who stand in two contacts, as from before phones had keys."""

from typing import Any

from contacts.models import Contact


def unmerged(phone: str, **fields: Any) -> Contact:
    """A contact whose phone another one has in another spelling, as the migration left it."""
    made = Contact.objects.create(**{"status": "invalid", **fields})
    Contact.objects.filter(pk=made.pk).update(phone=phone, phone_key=None)
    made.refresh_from_db()
    return made

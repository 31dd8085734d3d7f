"""Who wrote: the contact behind a phone, a WhatsApp user id, or both."""

from contacts.models import Contact
from optouts.models import OptOut


def contact_of(*, phone: str | None, user_id: str | None, name: str) -> Contact:
    """The person with this phone, else with this user id, else a new contact called `name`.

    The row is locked until the transaction ends. The name of a known person stays as it is.
    """
    contact = _find(phone=phone) or _find(whatsapp_user_id=user_id)
    if contact is None:
        address = {"phone": phone} if phone else {"whatsapp_user_id": user_id}
        contact, _created = Contact.objects.get_or_create(**address, defaults={"name": name})
    # no_key: rows that refer to this person may still be inserted elsewhere meanwhile.
    return Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)


def twin_of(contact: Contact, *, user_id: str | None) -> Contact | None:
    """The other contact of the same person: it has the WhatsApp user id that they wrote with."""
    other = _find(whatsapp_user_id=user_id)
    return other if other and other.pk != contact.pk else None


def complete_addresses(contact: Contact, *, phone: str | None, user_id: str | None) -> None:
    """Fill in an address that the contact lacks, unless another contact has it.

    To be called after the campaign's recipient is locked: a change of a unique column keeps rows
    that refer to the contact from being inserted, and whoever settles a send does just that.
    """
    if user_id and not contact.whatsapp_user_id and not _find(whatsapp_user_id=user_id):
        contact.whatsapp_user_id = user_id
        contact.save(update_fields=["whatsapp_user_id", "updated_at"])
    if phone and not contact.phone:
        contact.phone = phone
        contact.save(update_fields=["phone", "updated_at"])
        OptOut.objects.filter(contact=contact).update(phone=phone)


def _find(**address: str | None) -> Contact | None:
    return Contact.objects.filter(**address).first() if any(address.values()) else None

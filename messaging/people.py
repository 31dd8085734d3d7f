"""Who wrote: the contact behind a phone, a WhatsApp user id, or both."""

from django.db import connection

from contacts.models import Contact
from optouts.models import OptOut

# As text: composing them takes the ORM longer than the database takes to answer.
_BY_PHONE = "SELECT * FROM contacts WHERE phone = %s"
_BY_USER_ID = "SELECT * FROM contacts WHERE whatsapp_user_id = %s"


def contact_of(*, phone: str | None, user_id: str | None, name: str) -> Contact:
    """The person with this phone, else with this user id, else a new contact called `name`.

    The row is locked until the transaction ends. The name of a known person stays as it is.
    """
    contact = _find(_BY_PHONE, phone, lock=True) or _find(_BY_USER_ID, user_id, lock=True)
    if contact is not None:
        return contact
    address = {"phone": phone} if phone else {"whatsapp_user_id": user_id}
    made, _created = Contact.objects.get_or_create(**address, defaults={"name": name})
    return Contact.objects.select_for_update(no_key=True).get(pk=made.pk)


def twin_of(contact: Contact, *, user_id: str | None) -> Contact | None:
    """The other contact of the same person: it has the WhatsApp user id that they wrote with."""
    other = _find(_BY_USER_ID, user_id)
    return other if other and other.pk != contact.pk else None


def complete_addresses(contact: Contact, *, phone: str | None, user_id: str | None) -> None:
    """Fill in an address that the contact lacks, unless another contact has it.

    To be called after the campaign's recipient is locked: a change of a unique column keeps rows
    that refer to the contact from being inserted, and whoever settles a send does just that.
    """
    if user_id and not contact.whatsapp_user_id and not twin_of(contact, user_id=user_id):
        contact.whatsapp_user_id = user_id
        contact.save(update_fields=["whatsapp_user_id", "updated_at"])
    if phone and not contact.phone:
        contact.phone = phone
        contact.save(update_fields=["phone", "updated_at"])
        OptOut.objects.filter(contact=contact).update(phone=phone)


def _find(statement: str, address: str | None, *, lock: bool = False) -> Contact | None:
    if not address:
        return None
    if lock and connection.features.has_select_for_no_key_update:
        # No key: rows that refer to this person may still be inserted elsewhere meanwhile.
        statement = f"{statement} FOR NO KEY UPDATE"
    return next(iter(Contact.objects.raw(statement, [address])), None)

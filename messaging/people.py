"""Who wrote: the contact behind a phone, a WhatsApp user id, or both."""

from contacts.models import Contact
from optouts.models import OptOut


def contact_of(*, phone: str | None, user_id: str | None, name: str) -> Contact:
    """The person with this phone, else with this user id, else a new contact called `name`.

    The row is locked until the transaction ends. An address that it lacks is filled in, unless
    another contact has it; its name stays as it is.
    """
    contact = _find(phone=phone) or _find(whatsapp_user_id=user_id)
    if contact is None:
        address = {"phone": phone} if phone else {"whatsapp_user_id": user_id}
        contact, _created = Contact.objects.get_or_create(**address, defaults={"name": name})
    # no_key: rows that refer to this person may still be inserted elsewhere meanwhile.
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if user_id and not locked.whatsapp_user_id and not _find(whatsapp_user_id=user_id):
        locked.whatsapp_user_id = user_id
        locked.save(update_fields=["whatsapp_user_id", "updated_at"])
    if phone and not locked.phone:
        locked.phone = phone
        locked.save(update_fields=["phone", "updated_at"])
        OptOut.objects.filter(contact=locked).update(phone=phone)
    return locked


def _find(**address: str | None) -> Contact | None:
    return Contact.objects.filter(**address).first() if any(address.values()) else None

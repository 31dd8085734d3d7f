"""Consent, when a person is erased (PERSON_ERASERS)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from contacts.models import Contact, ContactStatus
from contacts.phones.keys import phone_key
from contacts.privacy.hashes import remember
from contacts.privacy.subjects import Subject
from optouts.models import ConsentEvent, Hold, OptOut
from optouts.operations import opt_out
from waproject.audit.erasing import forget_reasons


def erase_consent(subject: Subject) -> dict[str, int]:
    """Delete the opt-out, its events and held messages; an opt-out stays as keyed hashes."""
    contact = subject.contact
    keys = {phone_key(one) for one in subject.addresses}
    listed = OptOut.objects.filter(Q(contact=contact) | Q(phone_key__in=keys))
    if contact.status == ContactStatus.OPTED_OUT or listed.exists():
        remember(keys | _former_phone(contact, keys))
    # Another person opted out with this number before it was the subject's: their opt-out stays.
    OptOut.objects.filter(phone_key__in=keys).exclude(contact=contact).update(phone=None)
    outs = OptOut.objects.filter(contact=contact).delete()[0]
    # By the plain QuerySet: the ledger of events is append-only but for this.
    events = QuerySet(ConsentEvent).filter(contact=contact).delete()[0]
    held = Hold.objects.filter(contact=contact)
    forget_reasons(Hold, list(held.values_list("pk", flat=True)), [])
    return {
        str(OptOut._meta.verbose_name_plural): outs,
        str(ConsentEvent._meta.verbose_name_plural): events,
        str(Hold._meta.verbose_name_plural): held.delete()[0],
    }


def _former_phone(contact: Contact, keys: Collection[str]) -> set[str]:
    """The key of a phone with which the person opted out and which they have no more, if any.

    Not where a contact has it now, which is on the list by that opt-out: it gets one of its own.
    """
    row = OptOut.objects.filter(contact=contact).exclude(phone_key__in=keys).first()
    if row is None or not row.phone:
        return set()
    holders = list(Contact.objects.with_phones([row.phone]).exclude(pk=contact.pk))
    for holder in holders:
        note = _("A former owner of this number opted out with it, and was erased.")
        opt_out(holder, reason=row.reason, note=note)
    return set() if holders else {phone_key(row.phone)}

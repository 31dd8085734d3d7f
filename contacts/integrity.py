"""The invariants of contacts and imports, checked over the whole database."""

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.models import Address, Contact, ContactStatus, ImportJob
from contacts.phones.keys import phone_key
from waproject.core.db.bulk_lookup import each
from waproject.core.integrity import Check, broken
from waproject.core.jobs.models import JobState


def integrity_problems() -> Iterator[str]:
    """One sentence for each broken invariant, naming the first rows by their id."""
    return broken(CHECKS)


def contacts_with_the_same_phone() -> QuerySet[Contact]:
    """Contacts whose phone another contact has in another spelling, and the key with it."""
    return Contact.objects.unmerged()


def unmerged_and_active() -> QuerySet[Contact]:
    """The contact with the same phone may have opted out, so nothing may be sent to these."""
    return Contact.objects.unmerged().filter(status=ContactStatus.ACTIVE)


def phones_with_another_key() -> QuerySet[Contact]:
    """Contacts whose key is not that of their phone.

    Of most countries the key is the phone; only the three that have two spellings are read.
    """
    wrong = Q(phone__isnull=True, phone_key__isnull=False)
    keyed = Contact.objects.filter(phone_key__isnull=False)
    spelt_twice = Q(phone__startswith="+52") | Q(phone__startswith="+54")
    spelt_twice |= Q(phone__startswith="+55")
    wrong |= Q(phone_key__isnull=False) & ~spelt_twice & ~Q(phone_key=F("phone"))
    rows = keyed.filter(spelt_twice).values_list("pk", "phone", "phone_key").iterator()
    ids = [pk for pk, phone, key in rows if phone_key(phone or "") != key]
    return Contact.objects.filter(wrong | Q(pk__in=each(int, ids)))


def people_without_an_address() -> QuerySet[Contact]:
    """Contacts whom nobody can reach or recognise."""
    return Contact.objects.filter(phone__isnull=True, addresses__isnull=True)


def addresses_with_another_key() -> QuerySet[Address]:
    """Addresses whose key is not that of their value: nobody would be found by them."""
    rows = Address.objects.values_list("pk", "value", "key").iterator()
    ids = [pk for pk, value, key in rows if phone_key(value) != key]
    return Address.objects.filter(pk__in=each(int, ids))


def imports_that_do_not_add_up() -> QuerySet[ImportJob]:
    """Every row read is created, updated, unchanged, skipped or failed; at the end, every row."""
    counted = (
        F("created_count")
        + F("updated_count")
        + F("unchanged_count")
        + F("skipped_count")
        + F("failed_count")
    )
    done = Q(job__done=counted)
    complete = ~Q(job__state=JobState.COMPLETED) | Q(job__total=F("job__done"))
    return ImportJob.objects.exclude(done & complete)


CHECKS: list[Check] = [
    (
        contacts_with_the_same_phone,
        _(
            "Contacts whose phone another contact has in another spelling: %(rows)s."
            " Run manage.py merge_contacts."
        ),
    ),
    (
        unmerged_and_active,
        _("Contacts that are active though another contact is the same person: %(rows)s."),
    ),
    (phones_with_another_key, _("Contacts whose key is not that of their phone: %(rows)s.")),
    (people_without_an_address, _("Contacts without a phone or another address: %(rows)s.")),
    (addresses_with_another_key, _("Addresses whose key is not theirs: %(rows)s.")),
    (imports_that_do_not_add_up, _("Imports whose counts do not add up: %(rows)s.")),
]

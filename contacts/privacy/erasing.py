"""A person is erased: nothing that tells who they are stays in a table or a file.

Past campaigns keep their numbers, so rows that are counted stay without an address, a name or a
text; what nothing counts is deleted. Someone who had opted out stays so: a keyed hash of each
address remains (contacts.privacy.hashes). Each app takes care of its own rows: PERSON_ERASERS in
the settings names the functions, in the order in which all code locks rows.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from contacts.imports.operations import delete_files
from contacts.imports.uploads import forget_uploads
from contacts.models import (
    Address,
    Contact,
    ContactStatus,
    ImportedPerson,
    ImportJob,
    Note,
    Vehicle,
)
from contacts.privacy.actions import ErasureReason, PrivacyAction
from contacts.privacy.subjects import CannotErase, Subject, strike_out, subject_of
from contacts.states import AddressChannel
from waproject.accounts.actors import Actor, permit
from waproject.audit.acting import acting
from waproject.audit.erasing import forget_reasons
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.models import OPEN, Job

# Kinds of jobs whose files may hold anybody.
MADE = ("export", "person", "consent")
_WITH_FILES = ("import", *MADE)

# Takes an app's rows of a person away; returns how many of each kind (their plural). May raise
# CannotErase: then nothing is changed.
Eraser = Callable[[Subject], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure takes: rows by their kind, and the files that go as a whole."""

    rows: dict[str, int]
    imports: int
    exports: int


def erase(contact_id: int, *, by: Actor, reason: ErasureReason | str) -> Erasure:
    """Erase a person for good; say what went. The log keeps the number of the contact alone.

    All files of ended imports and exports go with them, since any may name the person; imports keep
    their counts, and an export can be made again. Raises CannotErase, and Contact.DoesNotExist.
    """
    permit(by, PrivacyAction.ERASE.permission)
    _refuse_while_files_are_written()
    with acting(by, PrivacyAction.ERASE, reason=ErasureReason(reason).value) as event:
        rows, event.about = erase_rows(contact_id)
        # Last, when nothing stands in the way any more, and before the rows that name them are
        # committed: where this stops half-way, the person is still there, and it is done again.
        imports, exports = _forget_files()
        event.after = {"rows": sum(rows.values()), "imports": imports, "exports": exports}
    return Erasure(rows, imports, exports)


def preview(contact_id: int, *, by: Actor) -> Erasure:
    """What `erase` would take: it is run and rolled back, so no rule stands twice."""
    permit(by, PrivacyAction.ERASE.permission)
    with transaction.atomic():
        rows, _contact = erase_rows(contact_id)
        transaction.set_rollback(True)
    exports = Job.objects.filter(kind__in=MADE).exclude(state__in=OPEN).count()
    return Erasure(rows, ImportJob.objects.exclude(file="").count(), exports)


def _refuse_while_files_are_written() -> None:
    if Job.objects.open().filter(kind__in=_WITH_FILES).exists():
        raise CannotErase(
            _("An import or an export is running. Erase the person when it has ended.")
        )


def _forget_files() -> tuple[int, int]:
    """Delete the files of all ended imports and exports of this business; say of how many.

    Uploads that nobody has confirmed yet go as well.
    """
    forget_uploads()
    imports = delete_files(ImportJob.objects.files_to_forget(timezone.now()))
    exports = list(Job.objects.filter(kind__in=MADE).exclude(state__in=OPEN))
    for job in exports:
        jobs.delete(job)
    return imports, len(exports)


def erase_rows(contact_id: int) -> tuple[dict[str, int], Contact]:
    """Within a transaction: take all rows of the person; the contact as it was."""
    contact = Contact.objects.select_for_update(no_key=True).get(pk=contact_id)
    subject = subject_of(contact)
    _refuse_twins(subject)
    gone: Counter[str] = Counter()
    for name in settings.PERSON_ERASERS:
        eraser: Eraser = import_string(name)
        gone.update(eraser(subject))
    gone.update(_erase_contact(subject))
    strike_out(Note.objects.all(), subject)
    forget_reasons(Contact, [contact.pk], subject.words)
    return dict(+gone), contact


def _refuse_twins(subject: Subject) -> None:
    """Another contact with the phone is the same person: a half would stay."""
    phone = subject.contact.phone
    if phone and Contact.objects.with_phones([phone]).exclude(pk=subject.contact.pk).exists():
        raise CannotErase(_("Another contact has the same phone. Join the two first."))


def _erase_contact(subject: Subject) -> dict[str, int]:
    """Delete the contact; where a past campaign counts it, leave an empty one in its place."""
    contact = subject.contact
    vehicles = Vehicle.objects.filter(contact=contact).delete()[0]
    addresses = Address.objects.filter(contact=contact).delete()[0]
    notes = Note.objects.filter(contact=contact).delete()[0]
    contact.tags.clear()
    ImportedPerson.objects.filter(contact=contact).delete()
    try:
        with transaction.atomic():
            Contact.objects.filter(pk=contact.pk).delete()
    except ProtectedError:
        _leave_empty(subject)
    return {
        str(Contact._meta.verbose_name): 1,
        str(Vehicle._meta.verbose_name_plural): vehicles,
        str(Address._meta.verbose_name_plural): addresses,
        str(Note._meta.verbose_name_plural): notes,
    }


def _leave_empty(subject: Subject) -> None:
    """A contact that nobody can recognise and no channel reaches, under its old number."""
    Contact.objects.filter(pk=subject.contact.pk).update(
        phone=None,
        name="",
        email="",
        language="",
        time_zone="",
        custom_fields={},
        status=ContactStatus.INVALID,
        updated_at=timezone.now(),
    )
    Address.objects.create(
        contact=subject.contact, channel=AddressChannel.OTHER, value=subject.stand_in
    )

"""Files that hold anybody, and people with whom nothing happened for long (RETENTION_SWEEPS)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from contacts.imports.operations import delete_files
from contacts.models import Address, Contact, ImportJob, Note, Vehicle
from contacts.privacy.erasing import MADE, erase_rows
from contacts.privacy.subjects import CannotErase
from contacts.states import STAND_IN
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.models import OPEN, Job
from waproject.core.secrets import SecretError
from waproject.tenants.retention.periods import FOR_EVER, Period
from waproject.tenants.retention.sweeps import Sweep

# A condition on contacts: something happened with them since a moment.
SignOfLife = Callable[[datetime], Q]

IMPORTS_KEPT = Period(
    "import_files",
    _("Files of imports"),
    _(
        "The uploaded file and the rows not taken are deleted so long after the import. Its counts"
        " stay."
    ),
    default=lambda: settings.IMPORT_FILES_DAYS,
    longest=365,
)
MADE_KEPT = Period(
    "exports",
    _("Exports and files of persons"),
    _("Files that staff had made are deleted. They can be made again."),
    default=lambda: settings.EXPORT_FILES_DAYS,
    longest=90,
)
PEOPLE_KEPT = Period(
    "contacts",
    _("People with whom nothing happened"),
    _(
        "Whoever was neither written to nor wrote, was not imported, chosen by a campaign or"
        " changed for so long is erased, as by hand: campaigns keep their numbers, and an opt-out"
        " stays as a hash of the address."
    ),
    default=lambda: FOR_EVER,
    shortest=90,
    may_be_endless=True,
)


def _imports(before: datetime) -> QuerySet[ImportJob]:
    found: QuerySet[ImportJob] = ImportJob.objects.files_to_forget(before)
    return found


def _delete_imports(ids: Sequence[int], before: datetime) -> int:
    return delete_files(_imports(before).filter(pk__in=ids))


def _made(before: datetime) -> QuerySet[Job]:
    ended = Job.objects.filter(kind__in=MADE, finished_at__lt=before)
    found: QuerySet[Job] = ended.exclude(state__in=OPEN)
    return found


def _delete_made(ids: Sequence[int], before: datetime) -> int:
    gone = list(_made(before).filter(pk__in=ids))
    for job in gone:
        jobs.delete(job)
    return len(gone)


def _people(before: datetime) -> QuerySet[Contact]:
    """Those with whom nothing happened since; nobody while an import brings people."""
    cars = Vehicle.objects.filter(contact=OuterRef("pk"), created_at__gte=before)
    notes = Note.objects.filter(contact=OuterRef("pk"), created_at__gte=before)
    emptied = Address.objects.filter(contact=OuterRef("pk"), value__startswith=STAND_IN)
    importing = Job.objects.open().filter(kind="import")
    found: QuerySet[Contact] = Contact.objects.filter(
        ~Exists(importing),
        ~Exists(cars),
        ~Exists(notes),
        ~Exists(emptied),
        created_at__lt=before,
        updated_at__lt=before,
    )
    for name in settings.PERSON_SIGNS_OF_LIFE:
        sign: SignOfLife = import_string(name)
        found = found.exclude(sign(before))
    return found


def _erase(ids: Sequence[int], before: datetime) -> int:
    return sum(_erased(pk, before) for pk in ids)


def _erased(contact_id: int, before: datetime) -> bool:
    """Erase one person, unless they wrote meanwhile or cannot be erased now."""
    try:
        with transaction.atomic():
            Contact.objects.filter(pk=contact_id).lock()
            if not _people(before).filter(pk=contact_id).exists():
                return False
            erase_rows(contact_id)
    except (CannotErase, SecretError):
        return False
    return True


IMPORT_FILES = Sweep(
    "import_files",
    IMPORTS_KEPT,
    _("files of imports"),
    due=_imports,
    take=_delete_imports,
    chunk=20,
)
MADE_FILES = Sweep(
    "exports",
    MADE_KEPT,
    _("exports and files of persons"),
    due=_made,
    take=_delete_made,
    chunk=20,
)
# One erasure in a transaction: on SQLite nobody else writes meanwhile.
PEOPLE = Sweep("contacts", PEOPLE_KEPT, _("people"), due=_people, take=_erase, chunk=1)

"""The file of a person: all that is held of them, for themselves, as JSON and as a page to read.

Each app adds the sections of its own rows: PERSON_COLLECTORS in the settings names the functions.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from contacts.imports.files.process import open_table
from contacts.imports.files.records import TableError
from contacts.imports.mending import mended_in
from contacts.models import (
    Address,
    Contact,
    ImportedPerson,
    ImportJob,
    ImportRejection,
    ImportRemark,
    Note,
    Vehicle,
)
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import phone_key
from contacts.privacy.actions import PrivacyAction
from contacts.privacy.personal_documents import document_work, person_of, start_document
from contacts.privacy.sections import Section, as_read, section_of
from contacts.privacy.subjects import Subject, subject_of
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run
from waproject.core.readers import read_by

# Gives the sections of an app's rows of a person.
Collector = Callable[[Subject], Sequence[Section]]
# Gives the files of a person, each by a name of its own, one open at a time.
FileSource = Callable[[Subject], Iterator[tuple[str, BinaryIO]]]


def start_disclosure(contact: Contact, *, by: Actor) -> Job:
    """Start the job that writes the file of a person, for the user who asked for it."""
    return start_document(
        write_person,
        contact,
        by=by,
        action=PrivacyAction.DISCLOSE,
        title=_("All that is held of contact %(id)d"),
        suffix=".zip",
    )


@document_work("person", pgettext_lazy("job", "file of a person"), PrivacyAction.DISCLOSE)
def write_person(run: Run) -> None:
    """Write the file of the person that the job names."""
    contact = person_of(run)
    with tempfile.TemporaryFile() as file:
        write_archive(contact, cast(BinaryIO, file), alive=run.stay)
        file.seek(0)
        run.store(File(file))


def disclose(contact: Contact, file: BinaryIO, *, by: Actor) -> None:
    """Write the file of a person at once."""
    with acting(by, PrivacyAction.DISCLOSE, contact):
        write_archive(contact, file)


def write_archive(
    contact: Contact, file: BinaryIO, *, alive: Callable[[], object] = lambda: None
) -> None:
    """A ZIP with `person.json`, `person.html` and the folder `files`, in the language of now.

    It is for the person, so nothing in it is masked, whoever asked for it.
    """
    with read_by(None):
        sections = [one for one in _sections(subject_of(contact), alive) if one.rows]
    written = {"made_at": timezone.localtime(), "sections": [asdict(one) for one in sections]}
    text = json.dumps(written, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    page = render_to_string("contacts/person.html", {**written, "sections": map(as_read, sections)})
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("person.json", text)
        archive.writestr("person.html", page)
        for name, content in _files(subject_of(contact), alive):
            with archive.open(f"files/{name}", "w", force_zip64=True) as inside:
                shutil.copyfileobj(content, inside)


def _sections(subject: Subject, alive: Callable[[], object]) -> Iterator[Section]:
    contact = subject.contact
    yield section_of(Contact.objects.filter(pk=contact.pk))
    yield section_of(Address.objects.filter(contact=contact), without=["contact"])
    yield section_of(Vehicle.objects.filter(contact=contact), without=["contact"])
    tags = [{_("name"): tag.name} for tag in contact.tags.order_by("name")]
    yield Section(_("tags"), tags)
    notes = Note.objects.filter(contact=contact).order_by("pk")
    yield section_of(notes, without=["contact", "author"])
    taken = ImportedPerson.objects.filter(contact=contact).order_by("job")
    imports = taken.values_list("job__job__title", "job__job__created_at")
    title = str(ImportedPerson._meta.verbose_name_plural)
    yield Section(title, [{_("file"): name, _("created"): at} for name, at in imports])
    for name in settings.PERSON_COLLECTORS:
        collector: Collector = import_string(name)
        alive()
        yield from collector(subject)
    yield Section(_("rows of imported files"), list(_rows_of_imports(subject, alive)))
    about = {"object_type": Contact._meta.label_lower, "object_id": str(contact.pk)}
    # Who of the staff did it, and from where, is the business's own.
    yield section_of(
        Event.objects.filter(**about).order_by("pk"), without=["actor", "actor_name", "origin"]
    )


def _files(subject: Subject, alive: Callable[[], object]) -> Iterator[tuple[str, BinaryIO]]:
    for name in settings.PERSON_FILES:
        source: FileSource = import_string(name)
        for found in source(subject):
            alive()
            yield found


def _rows_of_imports(subject: Subject, alive: Callable[[], object]) -> Iterator[dict[str, object]]:
    """The rows with one of the person's addresses: of running imports, and of files still kept."""
    for model in (ImportRejection, ImportRemark):
        for row in model._default_manager.iterator():
            if _names(subject, row.cells):
                yield {_("line"): row.line, _("cells"): row.cells, _("reason"): row.reason}
    for imported in ImportJob.objects.exclude(file="").select_related("job"):
        for line, cells in _rows_of(imported, alive):
            if _names(subject, cells):
                yield {_("file"): imported.job.title, _("line"): line, _("cells"): cells}


def _rows_of(imported: ImportJob, alive: Callable[[], object]) -> Iterator[tuple[int, list[str]]]:
    """The rows of an import's file; none of one that could not be read as a table."""
    try:
        with (
            imported.file.open("rb") as stored,
            open_table(cast(BinaryIO, stored), alive=alive) as table,
        ):
            yield 1, table.header  # a person, in a file without titles
            yield from ((row.line, row.cells) for row in table.rows)
            yield from mended_in(imported).items()
    except TableError:
        return


def _names(subject: Subject, cells: Sequence[str]) -> bool:
    """Whether a row has one of the person's addresses, a phone in whatever spelling."""
    keys = {phone_key(one) for one in subject.addresses}
    email = subject.contact.email.casefold()
    return any(
        cell and (cell in subject.addresses or cell.casefold() == email or _key(cell) in keys)
        for cell in map(str.strip, cells)
    )


def _key(cell: str) -> str:
    if sum(map(str.isdigit, cell)) < 7:
        return ""
    try:
        return phone_key(parse_phone(cell))
    except PhoneError:
        return ""

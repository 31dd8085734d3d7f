"""What contacts itself says on the page of a person: notes, vehicles, and how the person came."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.actions import ContactAction
from contacts.models import Contact, ImportedPerson, ImportJob, Note, Vehicle
from contacts.permissions import SEE_PEOPLE, shown_text
from contacts.person.parts import Entry, Facts, Kind, Part, Record, Source, Window
from waproject.audit.models import Event

NOTES = Kind("notes", gettext_lazy("Notes"))
DATA = Kind("data", gettext_lazy("Data"))


def _notes(contact: Contact, user: Any, window: Window) -> list[Entry]:
    rows = Note.objects.filter(contact=contact).select_related("author")
    may_delete = user.has_perm(ContactAction.DELETE_NOTE.permission)
    may_delete_own = user.has_perm(ContactAction.DELETE_OWN_NOTE.permission)
    return [
        Entry(
            note.created_at,
            note.pk,
            "note",
            _written_by(note),
            details=[shown_text(note.text)],
            delete_url=reverse("admin:contacts_note_delete", args=[note.pk])
            if may_delete or (may_delete_own and note.author_id == user.pk)
            else "",
        )
        for note in window.latest(rows, "created_at")
    ]


def _written_by(note: Note) -> str:
    if note.author is None:
        return _("Note")
    name = note.author.get_full_name() or note.author.get_username()
    return _("Note by %(name)s") % {"name": name}


def _vehicles(contact: Contact, user: Any, window: Window) -> list[Entry]:
    return [
        Entry(
            vehicle.created_at,
            vehicle.pk,
            "car",
            _("The vehicle %(vehicle)s was added") % {"vehicle": vehicle},
        )
        for vehicle in window.latest(Vehicle.objects.filter(contact=contact), "created_at")
    ]


def _merges(contact: Contact, user: Any, window: Window) -> list[Entry]:
    about = {"object_type": Contact._meta.label_lower, "object_id": str(contact.pk)}
    rows = Event.objects.filter(action=ContactAction.MERGE, **about)
    return [
        Entry(event.at, event.pk, "people", _("Another contact of this person was joined to it"))
        for event in window.latest(rows, "at")
    ]


def _imports(contact: Contact, user: Any, window: Window) -> list[Entry]:
    rows = ImportedPerson.objects.filter(contact=contact).select_related("job__job")
    may_open = user.has_perm("contacts.view_importjob")
    return [
        Entry(
            taken.job.job.created_at,
            taken.pk,
            "import",
            format_html(_("Was in the import {file}"), file=_named(taken.job, may_open)),
        )
        for taken in window.latest(rows, "job__job__created_at")
    ]


def _named(imported: ImportJob, may_open: bool) -> str:
    if not may_open:
        return str(imported)
    url = reverse("admin:contacts_importjob_change", args=[imported.pk])
    return format_html('<a href="{}">{}</a>', url, imported)


def _arrival(contact: Contact, user: Any, window: Window) -> list[Entry]:
    at, number = contact.created_at, contact.pk
    found = [Entry(at, number, "person", _("Was added to the contacts"))]
    return found if window.holds(at, number) else []


def _facts(contact: Contact, user: Any) -> Facts:
    vehicles = len(contact.vehicles.all()) if user.has_perm("contacts.view_vehicle") else 0
    return Facts(records=[Record(_("Vehicles"), list_of(Vehicle, contact), vehicles)])


def list_of(model: Any, contact: Contact) -> str:
    """The address of the list of a model, with the rows of this person alone."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return reverse(name, query={"contact__id__exact": contact.pk})


PART = Part(
    sources=(
        Source(NOTES, (SEE_PEOPLE,), _notes),
        Source(DATA, (SEE_PEOPLE, "contacts.view_vehicle"), _vehicles),
        Source(DATA, (SEE_PEOPLE,), _merges),
        Source(DATA, (SEE_PEOPLE,), _imports),
        Source(DATA, (SEE_PEOPLE,), _arrival),
    ),
    facts=_facts,
)

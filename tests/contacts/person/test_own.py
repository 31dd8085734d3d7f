import pytest
from django.urls import reverse

from contacts.merging import merge
from contacts.models import ImportedPerson, ImportJob
from contacts.operations import add_note
from contacts.person.timeline import timeline
from tests.factories.people import person
from tests.factories.users import permit_only
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.models import Job

pytestmark = pytest.mark.django_db


def entries(contact, user, kind: str) -> list:
    return [one for period in timeline(contact, user, kind=kind).periods for one in period.entries]


def test_note_says_who_wrote_it(contact, superuser):
    superuser.first_name = "Camila"
    superuser.save()
    add_note(contact, "Prefiere la tarde", by=superuser)

    [entry] = entries(contact, superuser, "notes")

    assert (entry.sentence, entry.details) == ("Note by Camila", ["Prefiere la tarde"])


@pytest.mark.parametrize(
    ("is_own", "rights", "may"),
    [
        (True, ["view_contact", "add_note"], True),
        (False, ["view_contact", "add_note"], False),
        (True, ["view_contact"], False),
        (False, ["view_contact", "change_contact"], True),
    ],
)
def test_note_may_be_deleted_by_its_author_and_by_who_changes_contacts(
    contact, superuser, staff, is_own, rights, may
):
    permit_only(staff, "view_contact", "add_note")
    add_note(contact, "Llamó", by=staff if is_own else superuser)
    permit_only(staff, *rights)

    [entry] = entries(contact, staff, "notes")

    assert bool(entry.delete_url) is may


def test_joined_contact_is_told(contact, superuser):
    merge(contact.pk, person().pk, by=SYSTEM)
    contact.refresh_from_db()

    assert [one.sentence for one in entries(contact, superuser, "data")] == [
        "Another contact of this person was joined to it",
        "Was added to the contacts",
    ]


@pytest.fixture
def imported(contact) -> ImportJob:
    job = ImportJob.objects.create(job=Job.objects.create(kind="import", title="marzo.csv"))
    ImportedPerson.objects.create(job=job, contact=contact)
    return job


def test_import_is_told_and_linked_for_who_may_see_it(contact, imported, superuser, staff):
    permit_only(staff, "view_contact")

    told = [
        next(one.sentence for one in entries(contact, user, "data") if one.icon == "import")
        for user in (superuser, staff)
    ]

    url = reverse("admin:contacts_importjob_change", args=[imported.pk])
    assert told == [
        f'Was in the import <a href="{url}">marzo.csv</a>',
        "Was in the import marzo.csv",
    ]

"""The file of a person: all of it, harmless to open, and logged."""

import json
import re
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, Vehicle
from contacts.privacy.erasing import erase
from optouts.operations import opt_out
from tests.factories.people import person
from tests.factories.users import browser_of, permit_all_but
from tests.waproject.access import EMAIL, NAME, PHONE, TEXT, USER_ID, make_rows_of_business
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run

pytestmark = pytest.mark.django_db

Disclosed = Callable[..., tuple[dict, str]]


@pytest.fixture
def disclosed(tmp_path) -> Disclosed:
    """The JSON and the page of a contact's file."""

    def write(contact: Contact) -> tuple[dict, str]:
        file = tmp_path / "person.zip"
        call_command("person_file", "--contact", contact.pk, "--output", file)
        with ZipFile(file) as archive:
            return json.loads(archive.read("person.json")), archive.read("person.html").decode()

    return write


def test_file_has_all_that_is_held_of_the_person_and_nothing_of_others(disclosed, private_files):
    rows = make_rows_of_business()
    other = person(name="Otra Persona")
    Vehicle.objects.create(contact=other, make="Kia", model="Rio", year=2020)

    found, page = disclosed(rows["contacts.contact"])

    text = json.dumps(found, ensure_ascii=False)
    for word in (NAME, PHONE, EMAIL, USER_ID, TEXT, "Yaris", "Promo", "lista.csv"):
        assert (word in text, word in page) == (True, True), word
    assert ("Otra Persona" in text, "Rio" in text) == (False, False)


def test_every_table_with_the_person_is_in_the_file(disclosed, settings):
    contact = make_rows_of_business()["contacts.contact"]

    found, _page = disclosed(contact)

    referring = {
        str(relation.related_model._meta.verbose_name_plural)
        for relation in Contact._meta.related_objects
        if relation.related_model.objects.filter(**{relation.field.name: contact}).exists()
    }
    assert referring - {section["title"] for section in found["sections"]} == set()


def test_page_of_the_file_runs_nothing_that_a_person_wrote(disclosed):
    contact = person(name="<script>alert(1)</script>", custom_fields={"nota": "<img src=x>"})

    _found, page = disclosed(contact)

    assert ("<script" in page, "<img" in page, "&lt;script&gt;" in page) == (False, False, True)


def test_page_starts_a_job_and_the_log_names_the_contact(boss, contact, private_files):
    opt_out(contact, reason="manual", evidence="no quiero más")

    boss.post(reverse("admin:contacts_contact_disclose", args=[contact.pk]))
    job = Job.objects.get()
    run(job.pk)
    job.refresh_from_db()

    with ZipFile(private_files / job.stored_as) as archive:
        assert "no quiero más" in archive.read("person.html").decode()
    assert boss.get(reverse("admin:jobs_job_file", args=[job.pk])).getvalue()
    actions = Event.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["contacts.disclose", "core.download"]


def test_contact_shows_the_links_to_whom_may_follow_them(boss, staff, contact):
    url = reverse("admin:contacts_contact_change", args=[contact.pk])
    lacking = permit_all_but(staff, "disclose_contact", "erase_contact")

    for browser, shown in ((boss, 1), (browser_of(lacking), 0)):
        text = browser.get(url).content.decode()
        assert text.count(reverse("admin:contacts_contact_disclose", args=[contact.pk])) == shown
        assert text.count(reverse("admin:contacts_contact_erase", args=[contact.pk])) == shown


def test_file_goes_when_the_person_is_erased(boss, contact, private_files):
    boss.post(reverse("admin:contacts_contact_disclose", args=[contact.pk]))
    run(Job.objects.get().pk)
    Job.objects.update(finished_at=timezone.now())

    erase(contact.pk, by=SYSTEM, reason="request")

    assert not Job.objects.exists()
    assert [file for file in private_files.rglob("*") if file.is_file()] == []


def test_page_has_no_value_as_a_program_writes_it(disclosed):
    contact = person(custom_fields={"apodo": "zaca", "hijos": ["Ana", "Eva"], "socio": True})

    found, page = disclosed(contact)

    assert "apodo: zaca<br>hijos: Ana, Eva<br>socio: yes" in page
    assert ("{&#x27;" in page, contact.created_at.strftime("T%H:%M") in page) == (False, False)
    [row] = found["sections"][0]["rows"]
    assert row["further fields"] == contact.custom_fields
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}[+-][0-9:]{5}", row["created"])

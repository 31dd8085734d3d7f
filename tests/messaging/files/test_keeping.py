from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.utils import timezone

from contacts.merging.operations import merge
from contacts.privacy.disclosure import disclose
from contacts.privacy.erasing import erase, preview
from messaging.files.keeping import FILES, remove
from messaging.files.models import StoredFile
from tests.factories.files import deletions, do_deletions, png, stored_file, waiting_file
from tests.factories.people import person
from tests.messaging.files.test_storing import kept
from tests.waproject.tenants.retention.runs import run_now
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_erased_person_has_no_files(contact, private_files):
    row = stored_file(contact)
    waiting_file(contact)

    erase(contact.pk, by=SYSTEM, reason="request")

    assert not StoredFile.objects.exists()
    assert deletions() == sorted([row.file_path, row.thumbnail_path])
    do_deletions()
    assert kept(private_files) == []


def test_preview_of_an_erasure_deletes_nothing(contact, private_files):
    stored_file(contact)

    assert preview(contact.pk, by=SYSTEM).rows["files"] == 1
    assert (StoredFile.objects.count(), len(kept(private_files)), deletions()) == (1, 2, [])


def test_file_that_another_person_sent_too_outlives_an_erasure(contact, private_files):
    stored_file(contact)
    other = stored_file(person())

    erase(contact.pk, by=SYSTEM, reason="request")
    do_deletions()

    assert (private_files / other.file_path).read_bytes() == png()


def test_file_of_a_person_has_their_files(contact, tmp_path):
    row = stored_file(contact, original_filename="auto.png")
    stored_file(person(), b"%PDF-1.7", "application/pdf")

    with (tmp_path / "persona.zip").open("wb") as file:
        disclose(contact, file, by=SYSTEM)

    with ZipFile(tmp_path / "persona.zip") as archive:
        assert archive.read(f"files/{row.pk}-auto.png") == png()
        assert [name for name in archive.namelist() if name.startswith("files/")] == [
            f"files/{row.pk}-auto.png"
        ]
        assert "auto.png" in archive.read("person.json").decode()


def test_contact_that_is_joined_brings_its_files(contact):
    row = stored_file(person())

    merge(contact.pk, row.contact_id, by=SYSTEM)

    assert list(contact.files.all()) == [row]


def made(days: int, **columns) -> StoredFile:
    row = stored_file(person(), png(color=f"#{days:06x}"), **columns)
    row.created_at = timezone.now() - timedelta(days=days)
    row.save()
    return row


def test_files_go_when_they_were_kept_long_enough(private_files):
    made(366)
    made(30, retention_days=20)
    stay = {made(364).pk, made(500, retention_days=600).pk}

    run_now()
    do_deletions()

    assert {*StoredFile.objects.values_list("pk", flat=True)} == stay
    assert len(kept(private_files)) == 4


def test_sweep_takes_none_that_is_not_due(contact):
    row = stored_file(contact)

    assert FILES.remove([row.pk], timezone.now() - timedelta(days=365)) == 0
    assert remove(StoredFile.objects.filter(pk=row.pk)) == 1

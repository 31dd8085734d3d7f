import io
from pathlib import Path

import pytest

from messaging.files.keeping import remove
from messaging.files.models import StoredFile
from messaging.files.storing import (
    NotTaken,
    delete_unless_used,
    download_name,
    person_folder,
    store,
    tidy_file_name,
)
from tests.factories.files import png, stored_file, waiting_file
from tests.factories.people import person

pytestmark = pytest.mark.django_db


def kept(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_a_picture_lies_under_its_person_with_its_small_one(contact, private_files):
    row = stored_file(contact, said="image/png", original_filename="auto.png")

    folder = f"{person_folder(contact.pk)}/media/images"
    assert (row.state, row.mime_type, row.file_type, row.file_size) == (
        *("stored", "image/png", "image"),
        len(png()),
    )
    assert row.file_path == f"{folder}/{row.checksum_sha256}-{row.pk}-{row.attempts}.png"
    assert row.content == {"width": 60, "height": 40}
    assert kept(private_files) == sorted([row.file_path, row.thumbnail_path])


@pytest.mark.parametrize(
    ("data", "said", "folder"),
    [
        (b"OggS" + bytes(60), "audio/ogg", "media/audio"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(60), "video/mp4", "media/videos"),
        (b"%PDF-1.7", "application/pdf", "documents"),
        (b"hola", "text/plain", "documents"),
    ],
)
def test_each_kind_has_its_folder(contact, data, said, folder):
    row = stored_file(contact, data, said)

    assert row.file_path.startswith(f"{person_folder(contact.pk)}/{folder}/")


def test_the_same_content_is_kept_once_in_a_business(contact, private_files):
    first = stored_file(contact)
    second = stored_file(person())

    assert (second.file_path, second.thumbnail_path) == (first.file_path, first.thumbnail_path)
    assert len(kept(private_files)) == 2


def test_what_is_shared_goes_with_the_last_who_has_it(contact, private_files):
    first, second = stored_file(contact), stored_file(person())

    remove(StoredFile.objects.filter(pk=first.pk))
    assert not delete_unless_used(first.file_path)
    remove(StoredFile.objects.filter(pk=second.pk))

    assert delete_unless_used(first.file_path)
    assert delete_unless_used(first.thumbnail_path)
    assert kept(private_files) == []


@pytest.mark.parametrize(
    ("data", "said", "reason"),
    [(b"", "image/png", "empty"), (b"<html>", "image/jpeg", "other_type")],
)
def test_what_is_not_taken_leaves_nothing(contact, private_files, data, said, reason):
    row = waiting_file(contact)

    with pytest.raises(NotTaken) as refused:
        store(row, io.BytesIO(data), said=said)

    assert (refused.value.reason, kept(private_files)) == (reason, [])


def test_a_row_that_went_meanwhile_leaves_nothing(contact, private_files):
    row = waiting_file(contact)
    StoredFile.objects.all().delete()

    assert not store(row, io.BytesIO(png()), said="image/png")
    assert kept(private_files) == []


def test_the_attempt_of_a_slow_worker_does_not_count(contact, private_files):
    row = waiting_file(contact)
    StoredFile.objects.update(attempts=2)

    assert not store(row, io.BytesIO(png()), said="image/png")
    assert kept(private_files) == []


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\a.exe", "a.exe"),
        ("/etc/../a\x00b.pdf", "ab.pdf"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("..", ""),
        ("", ""),
        ("a" * 900 + ".pdf", "a" * 250),
    ],
)
def test_names_lead_to_no_other_folder(contact, name, tidy):
    assert tidy_file_name(name) == tidy
    row = stored_file(contact, original_filename=name[:500].replace("\x00", ""))
    assert row.file_path.startswith(f"{person_folder(contact.pk)}/media/images/")


def test_download_has_the_ending_of_its_type(contact):
    row = stored_file(contact, original_filename="foto.exe")
    unnamed = stored_file(contact, b"%PDF-1.7", "application/pdf")

    assert download_name(row) == "foto.exe.png"
    assert download_name(unnamed) == f"document-{unnamed.pk}.pdf"


def test_people_of_a_card_are_read(contact):
    row = stored_file(contact, b"BEGIN:VCARD\nFN:Ana\nTEL:+569\nEND:VCARD", "text/vcard")

    assert row.content == {"cards": [{"name": "Ana", "phones": ["+569"]}]}

"""A file's whole life in each place where files can lie: a folder, and a bucket of S3."""

from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.imports import uploads
from contacts.privacy.disclosure import disclose
from contacts.privacy.erasing import erase
from messaging.archives.content import Wanted
from messaging.archives.making import archive
from messaging.files.keeping import FILES
from messaging.files.models import StoredFile
from messaging.files.sending.answering import answer_with_files
from messaging.files.sending.attaching import CannotAttach, attach
from messaging.models import Delivery
from messaging.texts.header_files import forget_unused, keep_header_file
from tests.bucket import bucket_of, s3_server
from tests.factories.files import deletions, do_deletions, png, stored_file
from tests.factories.people import person
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.files.keeping import part_of

pytestmark = pytest.mark.django_db
__all__ = ["s3_server"]  # a fixture
OGG = b"OggS" + bytes(range(96))


@pytest.fixture(autouse=True, params=["folder", "bucket"])
def place(request, settings, private_files, monkeypatch) -> str:
    """Where the files of the test lie."""
    if request.param == "bucket":
        server = request.getfixturevalue("s3_server")
        settings.STORAGES = {**settings.STORAGES, "default": bucket_of(server, monkeypatch)}
    return str(request.param)


def is_there(path: str) -> bool:
    return default_storage.exists(path)


def test_row_says_where_its_file_is(contact, place):
    row = stored_file(contact)

    said = (row.storage_location, bool(row.bucket_name), row.object_key)
    key = f"waproject/{row.file_path}"
    assert said == (("s3", True, key) if place == "bucket" else ("local", False, ""))
    assert [is_there(row.file_path), is_there(row.thumbnail_path)] == [True, True]


def test_file_is_opened_by_who_may_and_each_time_is_logged(contact, boss, allow):
    row = stored_file(contact)
    url = reverse("admin:files_storedfile_open", args=[row.file_id])

    assert allow("view_contact").get(url).status_code == 403
    assert Client().get(url).status_code == 302
    response = boss.get(url)

    assert b"".join(response) == png()
    assert response.headers["Content-Length"] == str(len(png()))
    row.refresh_from_db()
    assert (row.accessed_count, Event.objects.filter(action="files.open").count()) == (1, 1)


@pytest.mark.parametrize(("asked", "part"), [("bytes=0-3", OGG[:4]), ("bytes=-6", OGG[-6:])])
def test_part_of_a_recording_is_given(contact, boss, asked, part):
    row = stored_file(contact, OGG, "audio/ogg")
    url = reverse("admin:files_storedfile_open", args=[row.file_id])

    response = boss.get(url, headers={"Range": asked})

    assert (response.status_code, b"".join(response)) == (206, part)


@pytest.mark.parametrize("place", ["bucket"], indirect=True)
def test_bucket_is_asked_for_the_part_alone(contact, boss, place):
    row = stored_file(contact, OGG, "audio/ogg")
    url = reverse("admin:files_storedfile_open", args=[row.file_id])
    asked: list[str | None] = []
    default_storage.connection.meta.client.meta.events.register(
        "before-call.s3.GetObject",
        lambda params, **_more: asked.append(params["headers"].get("Range")),
    )

    response = boss.get(url, headers={"Range": "bytes=10-19"})

    assert (b"".join(response), asked) == (OGG[10:20], ["bytes=10-19"])
    assert boss.get(url, headers={"Range": "bytes=900-"}).status_code == 416
    default_storage.delete(row.file_path)
    assert boss.get(url, headers={"Range": "bytes=0-3"}).status_code == 404
    assert asked == ["bytes=10-19"]


def test_part_of_a_file_that_goes_at_that_moment_is_not_found(contact, place):
    with pytest.raises(FileNotFoundError):
        part_of("tenants/1/none.ogg", 0, 3)


def test_provider_fetches_the_file_of_an_answer(conversation):
    conversation.window_expires_at = timezone.now() + timedelta(hours=20)
    conversation.save()
    upload = SimpleUploadedFile("a.png", png())
    answer_with_files(conversation.pk, "", [upload], by=SYSTEM)
    url = Delivery.objects.get().variables["attached_url"]
    response = Client().get(url.removeprefix("http://localhost:8000"))

    assert (response.headers["Content-Type"], b"".join(response)) == ("image/png", png())


def test_erased_person_leaves_no_file_nor_archive(contact, conversation):
    row, kept = stored_file(contact), stored_file(person(), b"%PDF-1.7", "application/pdf")
    made = archive(Wanted(contact), "json")
    assert is_there(made.file_path)

    erase(contact.pk, by=SYSTEM, reason="request")
    do_deletions()

    gone = (row.file_path, row.thumbnail_path, made.file_path)
    assert [*map(is_there, gone)] == [False, False, False]
    assert is_there(kept.file_path)


def test_content_of_two_people_goes_with_the_second(contact):
    first, second = stored_file(contact), stored_file(person())
    assert first.file_path == second.file_path

    erase(contact.pk, by=SYSTEM, reason="request")
    do_deletions()
    assert is_there(second.file_path)

    erase(second.contact_id, by=SYSTEM, reason="request")
    do_deletions()
    assert not is_there(second.file_path)


def test_file_goes_after_its_period(contact):
    row = stored_file(contact)

    FILES.remove([row.pk], timezone.now() + timedelta(seconds=1))
    assert deletions()
    do_deletions()

    assert not is_there(row.file_path)


def test_file_of_a_person_has_theirs(contact, tmp_path):
    row = stored_file(contact, original_filename="../../etc/x\u202e.png")
    made = archive(Wanted(contact), "txt")

    with (tmp_path / "a.zip").open("wb") as file:
        disclose(contact, file, by=SYSTEM)

    with ZipFile(tmp_path / "a.zip") as zipped:
        names = [name for name in zipped.namelist() if name.startswith("files/")]
        assert names == [f"files/{row.pk}-x.png", f"files/{made.pk}-{made.name}"]
        assert zipped.read(names[0]) == png()


def test_file_of_a_header_is_kept_once_served_and_forgotten(db):
    kept = [
        keep_header_file(SimpleUploadedFile("Oferta.png", png()), "image") for _time in range(2)
    ]

    assert (kept[0].path, kept[0].size) == (kept[1].path, len(png()))
    assert b"".join(Client().get(kept[0].own_address)) == png()
    assert forget_unused() == 0
    assert forget_unused(timezone.now() + timedelta(days=3)) == 1
    assert kept[0].size is None
    assert Client().get(kept[0].own_address).status_code == 404


def test_uploads_between_preview_and_confirmation_are_found_and_forgotten(db):
    name = uploads.keep(ContentFile(b"telefono\n"))

    with uploads.opened(name) as file:
        assert file.read() == b"telefono\n"
    assert uploads.forget_abandoned_uploads(timezone.now() + timedelta(days=1)) == "1 forgotten"
    with pytest.raises(FileNotFoundError):
        uploads.opened(name)


def test_place_that_takes_nothing_is_said(conversation, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(storages["default"]), "_save", full)

    with pytest.raises(CannotAttach, match="cannot be kept now"):
        attach(conversation, SimpleUploadedFile("a.png", png()), by=SYSTEM)
    assert not StoredFile.objects.exists()

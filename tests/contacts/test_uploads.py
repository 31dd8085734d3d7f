from datetime import timedelta

import pytest
from django.utils import timezone
from import_export.tmp_storages import MediaStorage

from contacts.uploads import FOLDER, KEPT_FOR, forget_abandoned_uploads


@pytest.fixture
def upload() -> MediaStorage:
    upload = MediaStorage(MEDIA_FOLDER=FOLDER)
    upload.save(b"telefono\n")
    return upload


def test_upload_lies_in_private_storage(upload, private_files):
    assert (private_files / "previews" / upload.name).read_bytes() == upload.read() == b"telefono\n"


def test_upload_has_a_name_that_nobody_guesses(upload):
    other = MediaStorage(MEDIA_FOLDER=FOLDER)
    other.save(b"")

    assert (len(upload.name), upload.name == other.name) == (32, False)


def test_upload_is_gone_once_removed(upload):
    upload.remove()

    with pytest.raises(FileNotFoundError):
        upload.read()


@pytest.mark.parametrize(
    ("age", "sentence"),
    [(KEPT_FOR - timedelta(minutes=1), "0 forgotten"), (KEPT_FOR, "1 forgotten")],
)
def test_abandoned_uploads_are_forgotten_in_time(upload, age, sentence):
    assert forget_abandoned_uploads(timezone.now() + age) == sentence


def test_forgetting_needs_no_upload():
    assert forget_abandoned_uploads() == "0 forgotten"

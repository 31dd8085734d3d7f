from datetime import timedelta

import pytest
from django.utils import timezone
from import_export.tmp_storages import MediaStorage

from contacts.imports.uploads import (
    KEPT_FOR,
    folder,
    forget_abandoned_uploads,
    forget_uploads,
)
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload() -> MediaStorage:
    upload = MediaStorage(MEDIA_FOLDER=folder())
    upload.save(b"telefono\n")
    return upload


def test_upload_lies_in_private_storage(upload, private_files):
    assert (private_files / folder() / upload.name).read_bytes() == upload.read() == b"telefono\n"


def test_upload_has_a_name_that_nobody_guesses(upload):
    other = MediaStorage(MEDIA_FOLDER=folder())
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


def test_all_uploads_of_a_business_are_forgotten_and_of_no_other(upload):
    other = Tenant.objects.create(name="Otra", slug="otra")
    with in_tenant(other.pk):
        assert forget_uploads() == 0

    assert upload.read() == b"telefono\n"
    assert forget_uploads() == 1
    with pytest.raises(FileNotFoundError):
        upload.read()

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging.jobs import forget_header_files
from messaging.texts.content import TemplateContent
from messaging.texts.header_files import (
    CannotKeep,
    address_of,
    header_file,
    is_fetched_by_others,
    keep_header_file,
)
from messaging.texts.rules.checking import objections
from tests.files import fetched
from tests.templates import edit

pytestmark = pytest.mark.django_db

JPEG = b"\xff\xd8\xff\xe0 un auto"
MEGABYTE = 1024 * 1024


def upload(content: bytes = JPEG, name: str = "Mi Auto (1).JPEG") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def said(header_type: str, header_media: str) -> list[str]:
    content = TemplateContent(
        body="Hola a todos. BAJA para salir", header_type=header_type, header_media=header_media
    )
    return [one.sentence for one in objections(content) if one.place == "header_media"]


def test_an_upload_is_named_by_its_content_and_a_plain_name():
    kept = keep_header_file(upload(), "image")

    assert str(kept) == f"kept:{sha256(JPEG).hexdigest()}/mi-auto-1.jpg"
    assert (header_file(str(kept)), kept.size) == (kept, len(JPEG))


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\autos\\passwd.jpg", "passwd"])
def test_the_name_of_an_upload_is_no_path(name):
    assert keep_header_file(upload(name=name), "image").name == "passwd.jpg"


def test_a_name_without_a_letter_has_another():
    assert keep_header_file(upload(name="文件.jpg"), "image").name == "archivo.jpg"


@pytest.mark.parametrize(
    ("content", "header_type", "sentence"),
    [
        (b"<html>", "image", "JPG, PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image", "JPG, PNG"),
        (b"%PDF-1.7", "image", "JPG, PNG"),
        (JPEG, "document", "PDF"),
        (b"\0\0\0\x14ftypqt  ", "video", "MP4"),
        (JPEG + b"x" * 5 * MEGABYTE, "image", "at most 5 MB"),
        (b"%PDF-" + b"x" * 16 * MEGABYTE, "document", "at most 16 MB"),
        (JPEG, "text", "Choose first"),
        (b"", "image", "empty"),
    ],
    ids=["html", "svg", "pdf", "picture", "film", "large picture", "large pdf", "text", "empty"],
)
def test_what_whatsapp_would_not_take_is_not_kept(content, header_type, sentence):
    with pytest.raises(CannotKeep, match=sentence):
        keep_header_file(upload(content), header_type)

    assert not default_storage.exists("templates")


def test_a_provider_fetches_an_upload_at_its_address():
    kept = keep_header_file(upload(), "image")

    _response, content = fetched(address_of(str(kept)))

    assert content == JPEG
    assert address_of(" https://autos.example/a.jpg ") == "https://autos.example/a.jpg"


def test_others_fetch_from_a_public_address_alone(settings):
    kept = str(keep_header_file(upload(), "image"))

    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    assert not is_fetched_by_others(kept)
    assert is_fetched_by_others("https://autos.example/a.jpg")
    settings.PUBLIC_BASE_URL = "https://autos.example"
    assert is_fetched_by_others(kept)


def test_rules_take_an_upload_of_the_right_kind_that_is_kept():
    kept = keep_header_file(upload(), "image")

    assert said("image", str(kept)) == []
    assert said("document", str(kept)) == ["The file is of another kind than the header."]
    default_storage.delete(kept.path)
    assert said("image", str(kept)) == ["The file is not kept here any more."]


@pytest.mark.parametrize("name", ["kept:", "kept:../1.jpg", f"kept:{'a' * 64}/../../x.jpg"])
def test_rules_refuse_what_only_looks_like_an_upload(name):
    assert said("image", name) == ["WhatsApp cannot fetch this file."]


def test_uploads_that_no_version_names_go_after_two_days(template):
    used, unused = (keep_header_file(upload(JPEG + extra), "image") for extra in (b"1", b"2"))
    edit(template, header_type="image", header_media=str(used))
    edit(template, header_type="none", header_media="")

    young = forget_header_files()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        forget_header_files()

    assert young == "0 files forgotten"
    assert (used.size is None, unused.size is None) == (False, True)

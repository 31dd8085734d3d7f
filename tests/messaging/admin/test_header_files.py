"""The file of a header in the editor: dragged or chosen, shown, taken out, saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from messaging.models import TemplateVersion
from messaging.texts.header_files import header_file, keep_header_file
from tests.factories.users import permit_only
from tests.messaging.admin.test_template_editor import ADD, LIVE, filled
from tests.templates import edit
from waproject.accounts.models import User

FILE = reverse("admin:messaging_template_file")
JPEG = b"\xff\xd8\xff\xe0 un auto"


@pytest.fixture
def boss(client: Client, superuser: User) -> Client:
    client.force_login(superuser)
    return client


def picture(content: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile("taller.jpg", content)


@pytest.fixture
def kept(superuser) -> str:
    return str(keep_header_file(picture(), "image"))


def test_a_chosen_file_is_kept_at_once_and_stands_in_the_form(boss):
    response = boss.post(FILE, {"header_type": "image", "header_file": picture()})

    found = response.context["kept"]
    assertContains(response, f'name="header_media" id="id_header_media" value="{found}"')
    assertContains(response, f'<img src="{found.own_address}"')
    assert (found.name, found.size, response["HX-Trigger-After-Settle"]) == (
        *("taller.jpg", len(JPEG), "buttons"),
    )


def test_a_wrong_file_is_told_and_the_former_one_stays(boss, kept):
    asked = {"header_type": "image", "header_file": picture(b"<html>"), "header_media": kept}

    response = boss.post(FILE, asked)

    assertContains(response, "This is no file of the kind that WhatsApp takes here: JPG, PNG.")
    assertContains(response, f'value="{kept}"')


def test_a_file_is_taken_out(boss, kept):
    response = boss.post(FILE, {"take_out": "1", "header_media": kept})

    assertNotContains(response, kept)
    assertContains(response, 'placeholder="https://"')


def test_without_a_file_the_page_says_so(boss):
    assertContains(boss.post(FILE, {"header_type": "image"}), "Choose a file.")


def test_whoever_may_not_change_templates_keeps_no_file(client, staff):
    client.force_login(permit_only(staff, "view_template"))

    response = client.post(FILE, {"header_type": "image", "header_file": picture()})

    assert response.status_code == 403


def test_a_browser_without_scripts_sends_the_file_with_the_form(boss):
    boss.post(ADD, filled(header_type="image", header_text="", header_file=picture()))

    found = header_file(TemplateVersion.objects.get().header_media)
    assert (found.name, found.size) == ("taller.jpg", len(JPEG))


def test_a_wrong_file_with_the_form_is_told_beside_its_place(boss):
    response = boss.post(ADD, filled(header_type="video", header_text="", header_file=picture()))

    assertContains(response, "This is no file of the kind that WhatsApp takes here: MP4.")
    assert not TemplateVersion.objects.exists()


def test_the_preview_shows_the_picture(boss, kept):
    own_address = header_file(kept).own_address

    response = boss.post(LIVE, filled(header_type="image", header_media=kept))

    assertContains(response, f'<img class="bubble-file" src="{own_address}" alt="taller.jpg">')


@pytest.mark.parametrize(
    ("header_type", "content", "shown"),
    [("video", b"\0\0\0\x18ftypmp42", "<video"), ("document", b"%PDF-1.7", "<small>taller.")],
)
def test_the_preview_shows_a_film_and_the_name_of_a_document(boss, header_type, content, shown):
    kept = str(keep_header_file(picture(content), header_type))

    assertContains(boss.post(LIVE, filled(header_type=header_type, header_media=kept)), shown)


def test_the_page_shows_the_stored_file(boss, template, kept):
    edit(template, header_type="image", header_media=kept)

    response = boss.get(reverse("admin:messaging_template_change", args=[template.pk]))

    assertContains(response, f'name="header_media" id="id_header_media" value="{kept}"', count=1)
    assertContains(response, 'enctype="multipart/form-data"')
    assertContains(response, "JPG, PNG, up to 5 MB.")

"""The page that restores an archive: the file, what is in it, and the confirmation."""

import json

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from contacts.privacy.erasing import erase
from messaging.archives import admin
from messaging.archives.content import Wanted, content_of
from messaging.archives.writing import write
from messaging.models import Message
from optouts.operations import opt_out
from tests.messaging.archives.test_archives import talk  # noqa: F401  a fixture
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:archives_conversationarchive_restore")


@pytest.fixture
def file(talk) -> bytes:  # noqa: F811  the fixture
    return write(content_of(Wanted(talk.contact)), "json")


def show(browser, data: bytes):
    return browser.post(PAGE, {"archive": SimpleUploadedFile("conversacion.json", data)})


def confirm(browser, shown):
    return browser.post(PAGE, {"upload": shown.context["form"].initial["upload"]})


def said(response) -> str:
    return " ".join(str(one) for one in get_messages(response.wsgi_request))


def test_preview_says_whose_it_is_and_what_is_here_and_writes_nothing(boss, file, talk):  # noqa: F811
    Message.objects.filter(body="Depende.").delete()

    page = show(boss, file)

    shown = page.context["preview"]
    assert (shown.name, shown.contact, shown.messages, shown.here) == (
        "Juan Pérez",
        talk.contact,
        5,
        4,
    )
    assert [day.isoformat() for day in (shown.first_day, shown.last_day)] == [
        "2026-11-01",
        "2026-11-03",
    ]
    assert (shown.received, shown.sent, shown.further) == (2, 3, [])
    assertContains(page, "1 message is not here and would be restored.")
    assert (Message.objects.count(), Event.objects.count()) == (4, 0)


def test_preview_of_a_person_who_is_not_here_says_what_would_be_made(boss, file):
    content = json.loads(file)
    content["contact"]["phone"] = content["conversations"][0]["address"] = "+56999999999"
    for message in content["messages"]:
        message["token"] = f"x{message['token']}"

    shown = show(boss, json.dumps(content).encode()).context["preview"]

    assert (shown.contact, shown.here, len(shown.further)) == (None, 0, 1)


def test_confirmation_restores_and_leads_to_the_person(boss, file, talk, superuser):  # noqa: F811
    Message.objects.all().delete()

    answer = confirm(boss, show(boss, file))

    assert answer.url == reverse("admin:contacts_contact_change", args=[talk.contact_id])
    assert "5 messages were restored" in said(answer)
    assert Message.objects.count() == 5
    event = Event.objects.get(action="archives.restore")
    assert (event.actor, event.after) == (superuser, {"new": 5, "messages": 5})


def test_upload_is_confirmed_once(boss, file):
    shown = show(boss, file)
    confirm(boss, shown)

    again = confirm(boss, shown)

    assert (again.url, "Choose it again" in said(again)) == (PAGE, True)
    assert boss.post(PAGE, {"upload": "../../x"}).url == PAGE


def test_nothing_to_restore_is_said_and_has_no_button(boss, file):
    page = show(boss, file)

    assertContains(page, "there is nothing to restore")
    assertNotContains(page, "Restore it")


def changed(file: bytes, **changes) -> bytes:
    return json.dumps({**json.loads(file), **changes}).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: b"\x89PNG", "no archive that can be read"),
        (lambda file: b"[1, 2]", "no archive that can be read"),
        (lambda file: b"[" * 100_000, "no archive that can be read"),
        (lambda file: file[: len(file) // 2], "no archive that can be read"),
        (lambda file: changed(file, format="other/1"), "another version"),
        (lambda file: changed(file, contact={}), "no archive that can be read"),
        (lambda file: changed(file, conversations=7), "no archive that can be read"),
        (lambda file: changed(file, messages=[]), "damaged"),
    ],
)
def test_other_files_get_a_sentence(boss, file, change, words):
    page = show(boss, change(file))

    [sentence] = page.context["form"].errors["archive"]
    assert words in sentence
    assert "preview" not in page.context


def test_archive_of_an_erased_person_is_refused(boss, file, talk):  # noqa: F811
    opt_out(talk.contact, reason="manual")
    erase(talk.contact_id, by=SYSTEM, reason="request")

    page = show(boss, file)

    assert "was erased" in page.context["form"].errors["archive"][0]


def test_file_that_is_too_long_for_a_page_is_refused(boss, file, monkeypatch):
    monkeypatch.setattr(admin, "MOST_UPLOADED", 100)

    page = show(boss, file)

    assert "restore_archive" in page.context["form"].errors["archive"][0]


def test_wrong_values_in_a_whole_archive_are_refused_at_the_confirmation(boss, file):
    content = json.loads(file)
    content["messages"][0] |= {"token": "x" * 300, "direction": "sideways"}
    content["figures"] |= {"received": 1, "sent": 4}

    answer = confirm(boss, show(boss, json.dumps(content).encode()))

    assert (answer.url, Message.objects.count()) == (PAGE, 5)
    assert said(answer)


@pytest.mark.parametrize("may", [True, False])
def test_list_offers_it_to_who_may(allow, talk, may):  # noqa: F811
    rights = ["view_conversationarchive", "view_contact", "view_full_address"]

    page = allow(*rights, *["restore_conversationarchive"] * may).get(
        reverse("admin:archives_conversationarchive_changelist")
    )

    assert (PAGE in page.content.decode()) == may

"""The door through which files go out, and where people see them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging.files.models import StoredFile
from messaging.models import Message
from tests.factories.files import png, stored_file, waiting_file
from tests.factories.people import person
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
OGG = b"OggS" + bytes(range(96))


def url(kind: str, row: StoredFile) -> str:
    return reverse(f"admin:files_storedfile_{kind}", args=[row.file_id])


def body(response) -> bytes:
    return b"".join(response)


def test_a_picture_is_shown_and_counted(boss, superuser, contact):
    row = stored_file(contact, original_filename="auto")

    response = boss.get(url("open", row))

    assert body(response) == png()
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Disposition"] == 'inline; filename="auto.png"'
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    row.refresh_from_db()
    assert (row.accessed_count, row.last_accessed is None) == (1, False)
    event = Event.objects.get(action="files.open")
    assert (event.actor, event.object_id) == (superuser, str(row.pk))


def test_small_picture_counts_as_no_access(boss, contact):
    row = stored_file(contact)

    response = boss.get(url("small", row))

    assert response.headers["Content-Type"] == "image/jpeg"
    assert body(response).startswith(b"\xff\xd8\xff")
    row.refresh_from_db()
    assert (row.accessed_count, Event.objects.filter(action="files.open").count()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg onload='alert(1)'/>", "image/svg+xml"),
        (b"<script>alert(1)</script>", "text/html"),
        (b"<script>alert(1)</script>", "text/plain"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<?xml version='1.0'?>", "application/xhtml+xml"),
    ],
)
def test_what_a_browser_could_run_is_a_download_of_bytes(boss, contact, data, said):
    response = boss.get(url("open", stored_file(contact, data, said)))

    body(response)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"] == POLICY


def test_a_name_cannot_add_headers(boss, contact):
    row = stored_file(contact, original_filename='a"\r\nSet-Cookie: x=1; b".png')

    response = boss.get(url("open", row))

    body(response)
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "status", "part", "span"),
    [
        ("bytes=0-9", 206, OGG[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, OGG[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, OGG[95:], "bytes 95-99/100"),
        ("bytes=0-999", 206, OGG, "bytes 0-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=9-1", 416, b"", "bytes */100"),
        ("bytes=-", 200, OGG, None),
        ("bytes=0-1,5-6", 200, OGG, None),
        ("bytes=" + "9" * 400 + "-", 200, OGG, None),
    ],
)
def test_part_of_a_recording(boss, contact, asked, status, part, span):
    row = stored_file(contact, OGG, "audio/ogg")

    response = boss.get(url("open", row), headers={"Range": asked})

    assert (response.status_code, body(response)) == (status, part)
    assert response.headers.get("Content-Range") == span


def test_playing_on_is_not_another_access(boss, contact):
    row = stored_file(contact, OGG, "audio/ogg")

    for asked in ("bytes=0-", "bytes=50-", "bytes=70-80"):
        body(boss.get(url("open", row), headers={"Range": asked}))

    row.refresh_from_db()
    assert row.accessed_count == 1


def test_a_file_that_is_not_here_is_not_found(boss, contact, private_files):
    waiting, lost = waiting_file(contact), stored_file(contact)
    (private_files / lost.file_path).unlink()

    assert [boss.get(url("open", one)).status_code for one in (waiting, lost)] == [404, 404]


# --- The conversation -------------------------------------------------------------------


def said(conversation, **columns) -> Message:
    return Message.objects.create(
        conversation=conversation,
        contact=conversation.contact,
        direction="inbound",
        status="received",
        created_at=timezone.now(),
        **columns,
    )


@pytest.fixture
def files(conversation) -> dict[str, StoredFile]:
    """A message with each kind of file."""
    kinds = {
        "picture": (None, "image/png"),
        "audio": (OGG, "audio/ogg"),
        "video": (b"\x00\x00\x00\x20ftypisom" + bytes(60), "video/mp4"),
        "document": (b"%PDF-1.7", "application/pdf"),
        "card": (b"BEGIN:VCARD\nFN:Ana Soto\nTEL:+56 9 1111 2222\nEND:VCARD", "text/vcard"),
    }
    return {
        name: stored_file(conversation.contact, *given, message=said(conversation, type=name))
        for name, given in kinds.items()
    }


def thread(client, conversation) -> str:
    page = client.get(reverse("admin:inbox"), {"talk": conversation.pk})
    return page.content.decode()


def test_conversation_shows_each_kind_in_its_way(boss, conversation, files):
    page = thread(boss, conversation)

    assert f'<img src="{url("small", files["picture"])}"' in page
    for kind in ("audio", "video"):
        source = url("open", files[kind])
        assert f'<{kind} class="attached" controls preload="none" src="{source}"' in page
    assert f'<a class="attached file" href="{url("open", files["document"])}" download>' in page
    assert "<b>Ana Soto</b> <span>+56 9 1111 2222</span>" in page


def test_conversation_asks_once_for_the_files_of_all_messages(
    boss, conversation, files, django_assert_num_queries
):
    from messaging.inbox.reading.thread import bubbles

    with django_assert_num_queries(2):
        assert len(bubbles(Message.objects.filter(conversation=conversation))) == 5


def test_who_may_not_see_files_reads_that_there_is_one(conversation, files, allow):
    client = allow("view_conversation", "view_contact")

    page = thread(client, conversation)

    assert url("small", files["picture"]) not in page
    assert url("open", files["document"]) not in page
    assert client.get(url("open", files["picture"])).status_code == 403


def test_card_is_masked_for_who_reads_addresses_masked(conversation, files, allow):
    client = allow("view_conversation", "view_storedfile")

    assert "1111 2222" not in thread(client, conversation)


def test_file_on_its_way_and_one_that_is_not_here_say_so(boss, conversation):
    waiting_file(conversation.contact, message=said(conversation, type="image"), file_type="image")
    waiting_file(
        conversation.contact,
        message=said(conversation, type="image"),
        state="failed",
        reason="too_large",
    )

    page = thread(boss, conversation)

    assert "on its way" in page
    assert "larger than what is taken" in page


def test_location_leads_to_a_map(boss, conversation):
    place = {"latitude": "-33.4372", "longitude": "-70.6506", "place_name": "Taller"}
    said(conversation, type="location", content=place)
    said(conversation, type="location", content={**place, "latitude": '"><script>'})

    page = thread(boss, conversation)

    assert "https://www.openstreetmap.org/?mlat=-33.437200&amp;mlon=-70.650600" in page
    assert "<script>" not in page


# --- The list ---------------------------------------------------------------------------


def test_page_of_a_person_leads_to_their_files(boss, contact):
    stored_file(contact, original_filename="permiso.png")
    stored_file(person(), original_filename="otro.png")
    address = reverse("admin:files_storedfile_changelist", query={"contact__id__exact": contact.pk})

    assert (
        address.replace("&", "&amp;")
        in boss.get(reverse("admin:contacts_contact_change", args=[contact.pk])).content.decode()
    )
    page = boss.get(address).content.decode()
    assert ("permiso.png" in page, "otro.png" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 20])
def test_list_asks_no_query_for_each_row(boss, count, django_assert_max_num_queries):
    for _number in range(count):
        stored_file(person())

    with django_assert_max_num_queries(30):
        boss.get(reverse("admin:files_storedfile_changelist"))


def test_failed_files_are_fetched_again_from_the_list(boss, contact):
    row = waiting_file(contact, state="failed", reason="away", next_try_at=None)

    boss.post(
        reverse("admin:files_storedfile_changelist"),
        {"action": "fetch_again", "_selected_action": [row.pk]},
    )

    row.refresh_from_db()
    assert (row.state, row.reason) == ("waiting", "")


def test_all_but_the_first_byte_is_an_access_too(boss, contact):
    row = stored_file(contact)

    for _time in range(2):
        body(boss.get(url("open", row), headers={"Range": "bytes=1-"}))

    row.refresh_from_db()
    assert (row.accessed_count, Event.objects.filter(action="files.open").count()) == (1, 1)


def test_phone_in_a_name_is_masked_for_who_reads_addresses_masked(contact, allow):
    row = stored_file(contact, original_filename="chat con +56911112222.png")

    response = allow("view_storedfile").get(url("open", row))

    body(response)
    assert "911112222" not in response.headers["Content-Disposition"]

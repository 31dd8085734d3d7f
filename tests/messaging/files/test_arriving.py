"""From the webhook to the file that is kept, with the real client and the simulated provider."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from messaging.files.arriving import fetching
from messaging.files.arriving.receiving import note_forgotten
from messaging.files.jobs import fetch_files, fetch_late_files
from messaging.files.models import StoredFile
from messaging.files.operations import fetch_again
from messaging.inbound.receive import receive
from messaging.models import Message
from tests.messaging.conftest import arrival
from waproject.accounts.actors import SYSTEM
from waproject.lab.twilio_simulator.account import ACCOUNT_SID
from waproject.lab.twilio_simulator.serving.media import Attached, content_of

pytestmark = pytest.mark.django_db

SID = "MM" + "5" * 32


def write_with(simulator, name: str, **changes) -> StoredFile:
    """The contact sends one of the simulator's samples, which is noted; returns its row."""
    simulator._simulator.inbound.attached[SID] = (name,)
    form = Attached(name).parameters(SID)
    media = [{"url": form["MediaUrl0"], "type": form["MediaContentType0"]}]
    given = {"type": form["MessageType"], "content": {"media": media}, **changes}
    receive(arrival(given.pop("text", ""), sid=SID, **given))
    return StoredFile.objects.get()


@pytest.fixture
def ours(simulator, sender):
    """The account is the simulator's, and messages come through it."""
    sender.account.external_id = ACCOUNT_SID
    sender.account.save()
    return sender.account


@pytest.mark.parametrize(
    ("name", "kind", "how"),
    [
        ("picture", "image", "image/jpeg"),
        ("document", "document", "application/pdf"),
        ("recording", "audio", "audio/wav"),
        ("card", "document", "text/vcard"),
    ],
)
def test_a_file_is_noted_with_its_message_and_fetched_by_a_job(
    simulator, ours, name, kind, how, private_files
):
    noted = write_with(simulator, name, account_id=ours.pk)
    assert (noted.state, noted.file_type) == ("waiting", kind)
    assert noted.message == Message.objects.inbound().get()

    assert fetch_files() == "1 files looked at"

    row = StoredFile.objects.get()
    assert (row.state, row.mime_type, row.reason) == ("stored", how, "")
    assert (private_files / row.file_path).read_bytes() == content_of(name)


def test_document_has_the_name_that_its_text_is(simulator, ours):
    write_with(simulator, "document", account_id=ours.pk, text="permiso.pdf")
    fetch_files()

    assert StoredFile.objects.get().original_filename == "permiso.pdf"


def test_files_of_a_message_that_came_late_are_asked_for(simulator, ours):
    write_with(simulator, "picture", account_id=ours.pk, type="document", content={}, is_late=True)
    fetch_files()

    row = StoredFile.objects.get()
    assert (row.state, row.mime_type, row.attempts) == ("stored", "image/jpeg", 1)


def test_message_without_files_notes_none(sender):
    receive(arrival("Hola"))

    assert not StoredFile.objects.exists()


def test_the_same_message_again_notes_no_second_file(simulator, ours):
    write_with(simulator, "picture", account_id=ours.pk)
    write_with(simulator, "picture", account_id=ours.pk)

    assert StoredFile.objects.count() == 1


def test_message_that_no_handler_saw_has_its_files_noted_by_the_tick(simulator, ours):
    write_with(simulator, "picture", account_id=ours.pk)
    StoredFile.objects.all().delete()

    assert note_forgotten() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert fetch_late_files() == "1 files noted late"
        fetch_files()
        assert StoredFile.objects.get().state == "stored"
        assert note_forgotten() == 0


def test_erased_message_has_no_files_noted(simulator, ours):
    write_with(simulator, "picture", account_id=ours.pk)
    StoredFile.objects.all().delete()
    Message.objects.update(phone="erased:7", created_at=timezone.now() - timedelta(hours=1))

    assert note_forgotten() == 0


def test_provider_that_is_away_is_asked_again_with_growing_waits_and_an_end(
    simulator, ours, settings
):
    write_with(simulator, "picture", account_id=ours.pk)
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    now, waits = timezone.now(), []

    for _attempt in range(len(fetching.WAITS) + 1):
        with time_machine.travel(now, tick=False):
            assert fetching.fetch_due(5) == (1, False)
            row = StoredFile.objects.get()
            if row.next_try_at:
                waits.append(row.next_try_at - timezone.now())
                now = row.next_try_at

    assert waits == [*fetching.WAITS]
    assert (row.state, row.reason) == ("failed", "away")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://169.254.169.254/latest/meta-data", "forbidden"),
        ("http://127.0.0.1:5432/", "forbidden"),
        ("https://api.twilio.com/2010-04-01/Accounts/none", "gone"),
        ("no address", "forbidden"),
    ],
)
def test_a_file_that_cannot_be_had_says_why(simulator, ours, url, reason):
    content = {"media": [{"url": url, "type": "image/jpeg"}]}
    receive(arrival("", type="image", account_id=ours.pk, content=content))
    fetch_files()

    row = StoredFile.objects.get()
    assert (row.state, row.reason, row.next_try_at) == ("failed", reason, None)
    assert row.why


def test_what_is_too_large_is_not_taken(simulator, ours, settings):
    settings.MEDIA_MAX_BYTES = 1_000
    write_with(simulator, "picture", account_id=ours.pk)
    fetch_files()

    assert StoredFile.objects.get().reason == "too_large"


def test_account_that_is_gone_or_off_has_no_files(simulator, ours):
    write_with(simulator, "picture")
    fetch_files()

    assert StoredFile.objects.get().reason == "no_account"


def test_one_worker_has_a_file_until_its_lease_ends(simulator, ours):
    write_with(simulator, "picture", account_id=ours.pk)
    assert len(fetching._claim(5)) == 1
    assert fetching._claim(5) == []

    with time_machine.travel(timezone.now() + fetching.LEASE + timedelta(seconds=1)):
        assert [row.attempts for row in fetching._claim(5)] == [2]


def test_a_failed_file_is_fetched_again_when_staff_ask(simulator, ours):
    write_with(simulator, "picture")
    fetch_files()
    Message.objects.update(account=ours)

    assert fetch_again([StoredFile.objects.get().pk], by=SYSTEM) == 1
    fetch_files()

    assert StoredFile.objects.get().state == "stored"
    assert fetch_again([StoredFile.objects.get().pk], by=SYSTEM) == 0


def test_full_disk_holds_up_neither_the_file_nor_the_others(simulator, ours, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    write_with(simulator, "picture", account_id=ours.pk)
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "store", full)
        fetch_files()
    waiting = StoredFile.objects.get()
    assert (waiting.state, waiting.next_try_at > timezone.now()) == ("waiting", True)

    with time_machine.travel(waiting.next_try_at + timedelta(seconds=1)):
        fetch_files()
    assert StoredFile.objects.get().state == "stored"

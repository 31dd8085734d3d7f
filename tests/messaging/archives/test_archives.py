"""A conversation goes into an archive, is read by people, and comes back with the same figures."""

import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.asserts import assertContains

from contacts.models import Contact
from contacts.privacy.erasing import erase
from messaging.archives import jobs, keeping
from messaging.archives.content import Wanted, content_of
from messaging.archives.making import archive, start_archive
from messaging.archives.models import ConversationArchive
from messaging.archives.preview import preview_of
from messaging.archives.restoring import CannotRestore, restore
from messaging.archives.writing import write
from messaging.models import Conversation, Message, Sender
from optouts.models import OptOut
from optouts.operations import opt_out, revoke
from tests.factories.files import deletions, do_deletions, stored_file
from tests.factories.people import block
from tests.messaging.files.test_storing import kept
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime(2026, 11, day, hour))  # noqa: DTZ001


def say(talk: Conversation, text: str, moment: datetime, *, ours: bool = False, **more) -> Message:
    return Message.objects.create(
        conversation=talk,
        contact=talk.contact,
        account=talk.sender.account,
        direction="outbound" if ours else "inbound",
        status="delivered" if ours else "received",
        phone=talk.contact.phone,
        body=text,
        created_at=moment,
        **more,
    )


@pytest.fixture
def talk(conversation) -> Conversation:
    """Five messages on three days, one with a file, one a reply, one that failed."""
    asked = say(conversation, "¿Qué precio tiene?\n[2026-01-01 00:00:00] Automotora: gratis", at(1))
    say(conversation, "Depende.", at(1, 13), ours=True, in_reply_to=asked, message_sid="SM1")
    photo = say(conversation, "", at(2), type="image")
    stored_file(conversation.contact, message=photo, original_filename="auto.png")
    priced = {"price": Decimal("0.01250"), "price_unit": "USD", "delivered_at": at(3)}
    say(conversation, "<b>Gracias</b>", at(3), ours=True, **priced)
    say(conversation, "No llegó", at(3, 15), ours=True, failed_at=at(3, 15))
    Message.objects.filter(body="No llegó").update(status="failed")
    return conversation


def test_archive_counts_what_it_holds(talk):
    content = content_of(Wanted(talk.contact))

    assert content["figures"] == {
        "messages": 5,
        "received": 2,
        "sent": 3,
        "delivered": 1,
        "read": 0,
        "failed": 1,
        "prices": {"USD": "0.0125"},
    }
    assert content["messages"][2]["files"][0]["name"] == "auto.png"


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(None, None, 5), (2, None, 3), (None, 2, 3), (2, 2, 1), (4, None, 0)],
)
def test_days_are_included(talk, since, until, count):
    days = [day and date(2026, 11, day) for day in (since, until)]

    assert Wanted(talk.contact, talk, *days).messages().count() == count


def test_text_has_a_line_for_each_message_that_no_message_can_forge(talk):
    lines = write(content_of(Wanted(talk.contact)), "txt").decode().splitlines()

    assert lines[0].endswith("Juan Pérez")
    assert lines[3] == "[2026-11-01 12:00:00] Juan Pérez: ¿Qué precio tiene?"
    assert lines[4] == "    [2026-01-01 00:00:00] Automotora: gratis"
    assert lines[5] == "[2026-11-01 13:00:00] Automotora: Depende. (delivered)"
    assert "auto.png" in lines[6]


def test_page_shows_texts_as_texts(talk):
    page = write(content_of(Wanted(talk.contact)), "html").decode()

    assert "&lt;b&gt;Gracias&lt;/b&gt;" in page
    assert ("<b>" in page, "<script" in page, "Depende." in page) == (False, False, True)


def test_pdf_has_all_that_was_said(talk):
    data = write(content_of(Wanted(talk.contact)), "pdf")

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert [word in text for word in ("Depende.", "Gracias", "auto.png", "Juan")] == [True] * 4


# --- Making ------------------------------------------------------------------------------


def test_job_keeps_the_archive_under_its_person(talk, superuser, private_files):
    job = start_archive(Wanted(talk.contact, talk), "json", by=superuser)
    assert run(job.pk)

    row = ConversationArchive.objects.get()
    assert (row.message_count, row.made_by, row.conversation) == (5, superuser, talk)
    assert row.file_path.endswith(f"/clients/{talk.contact_id}/conversations/{row.archive_id}.json")
    content = json.loads((private_files / row.file_path).read_bytes())
    assert content["figures"] == row.figures
    assert Event.objects.filter(action="archives.make", object_id=str(talk.contact_id)).exists()


def test_page_makes_an_archive_and_leads_to_it(talk, boss):
    page = reverse("admin:archives_conversationarchive_make", args=[talk.contact_id])
    assert boss.get(page).status_code == 200

    boss.post(page, {"format": "pdf", "since": "2026-11-02", "until": "2026-11-03"})
    job = Job.objects.get(kind="archive")
    run(job.pk)

    row = ConversationArchive.objects.get()
    url = reverse("admin:archives_conversationarchive_open", args=[row.archive_id])
    assert url in boss.get(reverse("admin:jobs_job_change", args=[job.pk])).content.decode()
    assert (
        row.name
        in boss.get(reverse("admin:archives_conversationarchive_changelist")).content.decode()
    )
    response = boss.get(url)
    assert b"".join(response)[:5] == b"%PDF-"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(action="archives.open").count() == 1


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (None, None, "todos"),
        (date(2026, 3, 1), None, "desde el 01-03-2026"),
        (None, date(2026, 3, 2), "hasta el 02-03-2026"),
        (date(2026, 3, 1), date(2026, 3, 2), "del 01-03-2026 al 02-03-2026"),
    ],
)
def test_the_list_says_of_which_days_an_archive_is(talk, boss, since, until, words):
    archive(Wanted(talk.contact, since=since, until=until), "txt")

    page = boss.get(
        reverse("admin:archives_conversationarchive_changelist"), headers={"accept-language": "es"}
    )

    assertContains(page, f">{words}</td>")


def test_last_day_before_the_first_is_said(talk, boss):
    page = reverse("admin:archives_conversationarchive_make", args=[talk.contact_id])

    response = boss.post(page, {"format": "pdf", "since": "2026-11-03", "until": "2026-11-02"})

    assert "until" in response.context["form"].errors


# --- Restoring ---------------------------------------------------------------------------


def there(model) -> list[tuple]:
    names = ("token", "body", "status", "created_at", "price", "message_sid", "content")
    return list(model.objects.order_by("created_at", "pk").values_list(*names))


def test_archive_is_restored_on_an_empty_installation_with_the_same_figures(talk):
    content = json.loads(write(content_of(Wanted(talk.contact)), "json"))
    before = there(Message)
    Message.objects.all().delete()
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        Sender.objects.all().delete()
        from messaging.models import Account

        Account.objects.create(name="Otra", external_id="AC" + "1" * 32)
        found = restore(content, by=SYSTEM)

        assert (found["new"], found["figures"]) == (5, content["figures"])
        assert there(Message) == before
        restored = Conversation.objects.get()
        assert (restored.last_message_body, restored.last_inbound_type) == ("No llegó", "image")
        assert restored.contact.phone == talk.contact.phone
        reply = Message.objects.get(body="Depende.")
        assert reply.in_reply_to.body.startswith("¿Qué precio")
        assert content_of(Wanted(restored.contact))["figures"] == content["figures"]


def test_archive_restored_twice_adds_nothing(talk):
    content = content_of(Wanted(talk.contact))

    assert restore(content, by=SYSTEM)["new"] == 0
    assert (Message.objects.count(), Contact.objects.count()) == (5, 1)


def test_what_is_missing_is_added(talk):
    content = content_of(Wanted(talk.contact))
    Message.objects.filter(body="Depende.").delete()

    assert restore(content, by=SYSTEM)["new"] == 1


def test_who_had_opted_out_is_restored_as_such(talk):
    opt_out(talk.contact, reason="manual")
    talk.contact.refresh_from_db()
    content = content_of(Wanted(talk.contact))
    Contact.objects.filter(pk=talk.contact_id).update(status="active")
    OptOut.objects.all().delete()

    restore(content, by=SYSTEM)

    assert OptOut.objects.count() == 1


def test_who_has_opted_in_since_stays_so(talk):
    opt_out(talk.contact, reason="manual")
    content = content_of(Wanted(talk.contact))
    revoke(talk.contact, source="message", by=SYSTEM, evidence="ALTA")

    restore(content, by=SYSTEM)

    talk.contact.refresh_from_db()
    assert (talk.contact.status, preview_of(content).is_opted_out) == ("active", False)


def test_phone_that_could_not_be_reached_is_no_further_address(contact):
    block(contact, "whatsapp")
    content = content_of(Wanted(contact))

    with in_tenant(create_tenant(name="Otra", slug="otra").pk):
        restored = restore(content, by=SYSTEM)["contact"]

        assert (restored.phone, restored.addresses.exists()) == (contact.phone, False)


def test_erased_person_does_not_come_back(talk):
    opt_out(talk.contact, reason="manual")
    content = content_of(Wanted(talk.contact))
    erase(talk.contact_id, by=SYSTEM, reason="request")

    with pytest.raises(CannotRestore, match="erased"):
        restore(content, by=SYSTEM)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"messages": None},
        {"messages": [{}]},
        {"contact": {}},
        {"conversations": "x"},
        {"figures": {"messages": 9}},
    ],
)
def test_other_file_changes_nothing(talk, change):
    content = {**content_of(Wanted(talk.contact)), **change}
    before = Message.objects.count()

    with pytest.raises(CannotRestore):
        restore(content, by=SYSTEM)

    assert Message.objects.count() == before


def test_command_restores_a_file(talk, tmp_path, capsys):
    file = tmp_path / "archivo.json"
    file.write_bytes(write(content_of(Wanted(talk.contact)), "json"))

    call_command("restore_archive", file)

    assert "5" in capsys.readouterr().out
    for text in ("[]", "{", "[" * 100_000):
        file.write_text(text)
        with pytest.raises(CommandError):
            call_command("restore_archive", file)


# --- Keeping -----------------------------------------------------------------------------


def test_erased_person_has_no_archives(talk, private_files):
    row = archive(Wanted(talk.contact), "pdf")

    erase(talk.contact_id, by=SYSTEM, reason="request")

    assert row.file_path in deletions()
    do_deletions()
    assert (ConversationArchive.objects.count(), kept(private_files)) == (0, [])


def test_archive_goes_after_its_period_and_its_row_stays(talk, private_files):
    row = archive(Wanted(talk.contact), "txt")
    later = timezone.now() + timedelta(seconds=1)

    assert keeping.ARCHIVES.remove([row.pk], later) == 1
    do_deletions()

    row.refresh_from_db()
    assert (row.storage_status, row.file_path, row.message_count) == ("deleted", "", 5)
    assert not (private_files / "tenants").joinpath("conversations").exists()


def test_old_conversations_are_archived_at_night_once(talk, settings, monkeypatch):
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=100))
    monkeypatch.setattr(keeping, "NIGHT", range(24))

    assert jobs.archive_old_conversations() == "not at night, or not asked for"
    settings.ARCHIVE_AFTER_DAYS = 90
    assert jobs.archive_old_conversations() == "1 conversations archived"
    assert jobs.archive_old_conversations() == "0 conversations archived"

    row = ConversationArchive.objects.get()
    assert row.storage_status == "archived"
    # Nor when its time is over: it would be made anew each time, and never go.
    keeping.ARCHIVES.remove([row.pk], timezone.now() + timedelta(seconds=1))
    assert jobs.archive_old_conversations() == "0 conversations archived"
    assert talk.contact.files.get().is_archived
    assert django_settings.ARCHIVE_AFTER_DAYS == 90


def test_a_conversation_that_cannot_be_archived_stops_no_other(talk, settings, monkeypatch, caplog):
    other = Contact.objects.create(phone="+56975550002")
    Conversation.objects.create(sender=talk.sender, contact=other)
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=100))
    settings.ARCHIVE_AFTER_DAYS = 90

    def refuse(wanted, *args, **options):
        if wanted.contact == talk.contact:
            raise ValueError(wanted.contact.phone)
        return archive(wanted, *args, **options)

    monkeypatch.setattr(keeping, "archive", refuse)

    assert keeping.archive_some() == 1

    assert ConversationArchive.objects.get().contact == other
    assert f"Conversation {talk.pk} was not archived" in caplog.text
    assert talk.contact.phone not in caplog.text

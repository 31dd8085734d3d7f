"""The PDF tells each change of consent with its evidence, in any alphabet, page by page."""

import io
import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from contacts.privacy.erasing import erase
from messaging.inbound.receive import receive
from messaging.models import Message
from messaging.privacy.consent_proof import proof_of, prove_consent
from messaging.privacy.documents import Document, readable
from messaging.privacy.emptying import empty_messages
from optouts.operations import hold, opt_out, revoke
from tests.factories.people import add_address, person
from tests.factories.users import permit_only
from tests.messaging.conftest import arrival, sid
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run

pytestmark = pytest.mark.django_db


def read(content: bytes) -> str:
    """The text of a PDF, its lines joined."""
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_message_stands_with_its_words_address_sender_and_account(contact, sender):
    receive(arrival("BAJA, señor 🚗", number=7, account_id=sender.account_id))

    text = read(proof_of(contact, made_by="jefa"))

    for part in (
        *("BAJA, señor [U+1F697 AUTOMOBILE]", "message from the person", "opted out"),
        *(sid(7), contact.phone, "Automotora (WhatsApp +56220000000)", sender.account.external_id),
        *("Phrase recognised baja", "Made by jefa", "Juan Pérez", "the person asked"),
    ):
        assert part.casefold() in text.casefold(), part


def test_staff_stands_with_their_reason(contact, superuser):
    opt_out(contact, reason="manual", by=superuser, note="Lo pidió en la sucursal Ñuñoa")
    revoke(contact, source="staff", by=superuser, note="Firmó de nuevo")

    text = read(proof_of(contact, made_by=""))

    for part in ("Lo pidió en la sucursal Ñuñoa", "Firmó de nuevo", "Person of the staff jefa"):
        assert part in text
    assert text.index("1. Opted out") < text.index("2. Opted in again")
    assert ("Status active" in text, "Made by the system" in text) == (True, True)


def test_message_that_is_gone_leaves_its_evidence(contact):
    opt_out(contact, reason="user_request", evidence="SM9: no me escriban")

    assert "SM9: no me escriban" in read(proof_of(contact, made_by=""))


def test_address_that_is_no_longer_kept_is_not_shown_as_if_it_were_one(contact, sender):
    receive(arrival("BAJA", number=7))
    empty_messages(Message.objects.inbound())

    text = read(proof_of(contact, made_by=""))

    assert ("From the address no longer kept" in text, "erased:" in text) == (True, False)
    assert "Words of the message BAJA" in text


def test_held_message_and_nothing_of_others(contact):
    hold(contact, "quizás no", phrase="no")
    opt_out(person(name="Otra Persona"), reason="manual", note="de otra")

    text = read(proof_of(contact, made_by=""))

    assert ("quizás no" in text, "de otra" in text, "none yet" in text) == (True, False, True)
    assert "No change of consent is on record." in text


def test_proof_is_in_the_language_of_who_makes_it(contact):
    add_address(contact, "CL.7777")
    with translation.override("es"):
        content = proof_of(contact, made_by="")

    text = read(content)
    assert ("Prueba de consentimiento" in text, "Página 1 de 1" in text) == (True, True)
    assert ("CL.7777" in text, "Proof" in text) == (True, False)
    assert PdfReader(io.BytesIO(content)).trailer["/Root"]["/Lang"] == "es"


def test_each_page_has_its_number_and_a_long_message_is_whole(contact):
    words = " ".join(f"palabra{number}" for number in range(2_000))
    opt_out(contact, reason="user_request", evidence=words)

    content = proof_of(contact, made_by="")

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    count = len(pages)
    assert count > 4
    assert all(f"Page {n} of {count}" in page for n, page in enumerate(pages, 1))
    assert all(f"palabra{number}" in "".join(pages) for number in (0, 1_000, 1_999))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ñandú áéíóú ü ¿¡ «» €", "ñandú áéíóú ü ¿¡ «» €"),
        ("a\r\nb\tc\x00", "a\nb c"),
        ("👍🏽", "[U+1F44D THUMBS UP SIGN][U+1F3FD EMOJI MODIFIER FITZPATRICK TYPE-4]"),
        ("❤\ufe0f", "❤"),
        ("\u202e中", "[U+4E2D CJK UNIFIED IDEOGRAPH-4E2D]"),
        ("\U000f0000", "[U+F0000]"),
    ],
)
def test_what_the_font_lacks_is_named(text, shown):
    assert readable(text) == shown


def test_strange_texts_make_a_document_and_no_log_lines(caplog):
    caplog.set_level(logging.INFO)
    document = Document("ñ", author="Automotora")
    document.section(
        "x" * 300, [("Evidence", "y" * 5_000), ("Words", "سلام שלום \udc80 **a** <b>")]
    )

    assert read(document.content()).count("y") >= 5_000
    assert caplog.records == []


def test_page_starts_a_job_whose_file_is_the_proof(boss, contact, private_files):
    opt_out(contact, reason="manual", evidence="no más")

    page = boss.get(reverse("admin:messaging_consent_proof", args=[contact.pk]))
    boss.post(reverse("admin:messaging_consent_proof", args=[contact.pk]))
    job = Job.objects.get()
    run(job.pk)

    job.refresh_from_db()
    assert page.status_code == 200
    assert "Made by jefa" in read((private_files / job.stored_as).read_bytes())
    assert (job.file_name, Event.objects.get().action) == (
        f"consent-{contact.pk}.pdf",
        "messaging.prove_consent",
    )
    assert reverse("admin:messaging_consent_proof", args=[contact.pk]) in (
        boss.get(reverse("admin:contacts_contact_change", args=[contact.pk])).content.decode()
    )


def test_proof_goes_when_the_person_is_erased(boss, contact, private_files):
    boss.post(reverse("admin:messaging_consent_proof", args=[contact.pk]))
    run(Job.objects.get().pk)

    erase(contact.pk, by=SYSTEM, reason="request")

    assert not Job.objects.exists()


def test_making_it_needs_its_right(contact, staff):
    with pytest.raises(PermissionDenied):
        prove_consent(contact, io.BytesIO(), by=permit_only(staff, "view_contact"))


def test_command_writes_a_file_for_its_owner_alone(contact, tmp_path, capsys):
    target = tmp_path / "juan.pdf"

    call_command("consent_proof", "--phone", "9 7540 0946", "--output", str(target))

    assert (target.read_bytes()[:5], oct(target.stat().st_mode & 0o777)) == (b"%PDF-", "0o600")
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("consent_proof", "--contact", str(contact.pk), "--output", str(target))

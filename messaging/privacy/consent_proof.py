"""The proof of consent: each change of a person's mind with its evidence, as a PDF.

It is made of the events of optouts, and of the messages that they name.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact
from contacts.privacy.personal_documents import document_work, person_of, start_document
from contacts.states import STAND_IN
from messaging.actions import ConsentProofAction
from messaging.models import Message
from optouts.models import ConsentEvent, Hold, OptOut, Source
from optouts.recognition import vocabulary
from optouts.recognition.words import recognise
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import acting
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run
from waproject.core.readers import read_by
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id

if TYPE_CHECKING:
    from messaging.privacy.documents import Fact


def start_proof(contact: Contact, *, by: Actor) -> Job:
    """Start the job that writes the proof of a person's consent, for the user who asked for it."""
    return start_document(
        write_proof,
        contact,
        by=by,
        action=ConsentProofAction.MAKE,
        title=_("Proof of consent of contact %(id)d"),
        suffix=".pdf",
    )


@document_work("consent", pgettext_lazy("job", "proof of consent"), ConsentProofAction.MAKE)
def write_proof(run: Run) -> None:
    """Write the proof of the person that the job names."""
    proof = proof_of(person_of(run), made_by=str(run.job.owner or ""))
    run.store(ContentFile(proof))


def prove_consent(contact: Contact, file: BinaryIO, *, by: Actor) -> None:
    """Write the proof of a person's consent at once."""
    with acting(by, ConsentProofAction.MAKE, contact):
        file.write(proof_of(contact, made_by=str(user_of(by) or "")))


def proof_of(contact: Contact, *, made_by: str) -> bytes:
    """The PDF, in the language of now. Nothing in it is masked: it is evidence.

    `made_by` is the user who asked for it; "" is the system.
    """
    # Only now: what makes PDFs takes 40 MB and a sixth of a second in each process that loads it.
    from messaging.privacy.documents import Document

    business = Tenant.objects.get(pk=current_tenant_id()).name
    document = Document(_("Proof of consent"), author=business)
    with read_by(None):
        document.section(_("About this document"), _about(contact, business, made_by))
        document.section(_("Present state"), _state(contact))
        events = ConsentEvent.objects.filter(contact=contact).order_by("at", "pk")
        for number, event in enumerate(events.select_related("by"), 1):
            document.section(f"{number}. {capfirst(event.get_change_display())}", _facts(event))
        for held in (
            Hold.objects.filter(contact=contact).order_by("pk").select_related("decided_by")
        ):
            document.section(_("Held message"), _held(held))
        if not events:
            document.paragraph(_("No change of consent is on record."))
    return document.content()


def _about(contact: Contact, business: str, made_by: str) -> Iterator["Fact"]:
    others = contact.addresses.exclude(value=contact.phone or "").order_by("pk")
    yield _("Business"), business
    yield _("Person"), contact.name
    yield _("Phone"), contact.phone or ""
    yield _("Further addresses"), ", ".join(others.values_list("value", flat=True))
    yield _("Number of the contact"), str(contact.pk)
    yield _("Made at"), _when(timezone.now())
    yield _("Made by"), made_by or _("the system")


def _state(contact: Contact) -> Iterator["Fact"]:
    yield _("Status"), contact.get_status_display()
    if out := OptOut.objects.filter(contact=contact).first():
        yield _("Opted out since"), _when(out.opted_out_at)
        yield _("Reason"), out.get_reason_display()
        yield _("With the address"), out.phone or ""


def _facts(event: ConsentEvent) -> Iterator["Fact"]:
    yield _("When"), _when(event.at)
    yield _("Source"), event.get_source_display()
    if event.source == Source.MESSAGE:
        yield from _message_of(event)
    else:
        yield _("Evidence"), event.evidence
    yield _("Person of the staff"), str(event.by or "")
    yield _("Their reason"), event.note


def _message_of(event: ConsentEvent) -> Iterator["Fact"]:
    """What the person wrote, and where it came in: the evidence begins with the message's sid."""
    sid, _colon, text = event.evidence.partition(": ")
    rows = Message.objects.select_related("conversation__sender", "account")
    message = rows.filter(contact=event.contact_id, message_sid=sid).first()
    words = text if message else event.evidence
    yield _("Words of the message"), words
    yield _("Phrase recognised"), recognise(words, vocabulary.current()).phrase
    if message is None:
        return
    yield _("Message received"), _when(message.created_at)
    is_kept = not message.phone.startswith(STAND_IN)
    yield _("From the address"), message.phone if is_kept else _("no longer kept")
    yield _("Id of the message"), sid
    if message.conversation:
        sender = message.conversation.sender
        yield _("To the sender"), f"{sender.name} ({sender.get_channel_display()} {sender.address})"
    if account := message.account:
        yield _("Account"), " ".join(filter(None, [account.name, account.external_id]))


def _held(held: Hold) -> Iterator["Fact"]:
    yield _("When"), _when(held.held_at)
    yield _("Words of the message"), held.text
    yield _("Phrase found"), held.phrase
    yield _("Decision"), held.get_decision_display() or _("none yet")
    yield _("Decided"), _when(held.decided_at) if held.decided_at else ""
    yield _("Person of the staff"), str(held.decided_by or "")
    yield _("Their reason"), held.note


def _when(moment: datetime) -> str:
    """With seconds and the zone: "27 November 2026 17:31:05 -03"."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M:%S} {local:%Z}"

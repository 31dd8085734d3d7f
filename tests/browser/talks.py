"""Conversations for the inbox to show, each with something that a page draws in its own way.

They are made by `manage.py shell` on the installation that a browser looks at.
"""

import io
import json
import wave
from datetime import timedelta
from typing import Any

from django.utils import timezone

from contacts.models import Contact, Tag, Vehicle
from messaging.approvals.following import new_template
from messaging.files.models import StoredFile
from messaging.inbox import operations as inbox
from messaging.models import Conversation, Message, Sender, Template, TemplateApproval
from optouts.models import Hold
from optouts.operations import opt_out
from tests.browser.senders import new_sender
from tests.factories.files import png, stored_file
from tests.factories.messages import message
from tests.installation import Installation
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Patricio Lagos\r\nTEL:+56987654321\r\nEND:VCARD\r\n"
PLACE = {"latitude": "-33.43729", "longitude": "-70.65065", "place_name": "Costanera"}
MAKE = "import json; from tests.browser import talks; print(json.dumps(talks.of_business()))"


def make_talks(site: Installation) -> dict[str, int]:
    """Make them on an installation; returns the ids of the conversations by what they show."""
    made: dict[str, int] = json.loads(site.manage("shell", "--verbosity=0", "--command", MAKE))
    return made


def of_business() -> dict[str, int]:
    """Make them in the one business of this installation."""
    with in_tenant(Tenant.objects.get().pk):
        sender = new_sender("Sucursal")
        template = new_template(
            "visita",
            by=SYSTEM,
            status="approved",
            content_sid="HX" + "f" * 32,
            body="¿Cuándo es la visita? Responde.",
        )
        in_use(template)
        makers = {"full": _full, "held": _held, "out": _out, "shut": _shut}
        talks = {name: _talk(sender, name) for name in makers}
        for name, maker in makers.items():
            maker(talks[name])
    return {name: talk.pk for name, talk in talks.items()}


def in_use(template: Template) -> None:
    """Let campaigns use it: a day from now the provider is asked about it, which knows nothing."""
    now = timezone.now()
    Template.objects.filter(pk=template.pk).update(in_use=template.current)
    rows = TemplateApproval.objects.filter(version=template.current)
    rows.update(synced_at=now, submitted_at=now + timedelta(days=1))


def _talk(sender: Sender, name: str) -> Conversation:
    """A conversation whose person wrote just now."""
    number = sum(map(ord, name))
    person = Contact.objects.create(phone=f"+56961{number:06}", name=f"Persona {name}")
    now = timezone.now()
    talk = Conversation.objects.create(
        sender=sender,
        contact=person,
        unread_count=1,
        waiting_since=now,
        last_inbound_at=now,
        last_inbound_body="Hola",
        last_inbound_type="text",
        last_message_at=now,
        last_message_body="Hola",
        last_message_direction="inbound",
        window_expires_at=now + timedelta(hours=20),
    )
    _say(talk, "Hola")
    return talk


def _say(talk: Conversation, text: str = "", **fields: Any) -> Message:
    return message(talk.contact, timezone.now(), conversation=talk, body=text, **fields)


def _full(talk: Conversation) -> None:
    """With every kind of file, a place, what failed, notes, tags, a next step and a vehicle."""
    person, colleague = talk.contact, User.objects.get(username="admin")
    _say(talk, "Nuestra oferta", direction="outbound", error_message="No se pudo", error_code="1")
    _say(talk, "Bien", direction="outbound", content={"by": colleague.pk})
    for data, said, name in (
        (png(), "image/png", ""),
        (_sound(), "audio/wav", ""),
        (b"%PDF-1.4\n%%EOF\n", "application/pdf", "permiso-de-circulacion-de-todo-el-año.pdf"),
        (CARD, "text/vcard", "contacto.vcf"),
    ):
        stored_file(person, data, said, message=_say(talk), original_filename=name)
    StoredFile.objects.create(contact=person, message=_say(talk), next_try_at=timezone.now())
    StoredFile.objects.create(
        contact=person, message=_say(talk), state="failed", reason="too_large"
    )
    _say(talk, type="location", content=PLACE)
    Vehicle.objects.create(contact=person, make="Toyota", model="Yaris", year=2018, price=6_400_000)
    tag = Tag.objects.create(name="Parte de pago")
    inbox.set_tags(talk.pk, of_talk=[tag.pk], of_person=[tag.pk], by=SYSTEM)
    inbox.write_note(talk.pk, "Prefiere la tarde.", by=colleague)
    inbox.assign([talk.pk], to=colleague, by=SYSTEM)
    inbox.plan(talk.pk, "Llamar", timezone.localdate(), by=colleague)


def _held(talk: Conversation) -> None:
    text = "ya no quiero mas esto"
    _say(talk, text)
    Hold.objects.create(contact=talk.contact, text=text, phrase=text, held_at=timezone.now())


def _out(talk: Conversation) -> None:
    opt_out(talk.contact, reason="manual", note="por teléfono")


def _shut(talk: Conversation) -> None:
    Conversation.objects.filter(pk=talk.pk).update(
        window_expires_at=timezone.now() - timedelta(hours=1)
    )


def _sound() -> bytes:
    """A tenth of a second of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes([128]) * 800)
    return out.getvalue()

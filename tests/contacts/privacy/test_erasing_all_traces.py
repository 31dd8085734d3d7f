"""Somebody goes through everything the system does, is erased, and is found nowhere: in no table,
no stored file, and no backup that is made afterwards."""

import re
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Task

from campaigns import operations as campaigns
from campaigns.models import Campaign
from contacts.imports.operations import start_import
from contacts.merging.operations import merge
from contacts.models import Contact, Tag
from contacts.operations import add_note, add_tag
from contacts.privacy.disclosure import start_disclosure
from contacts.privacy.erasing import erase
from messaging.inbound.receive import receive
from messaging.inbox.models import Draft, Entry, NextStep
from messaging.models import Conversation, Delivery, Message
from messaging.privacy.consent_proof import start_proof
from optouts.models import Hold
from optouts.operations import decide_hold, revoke
from tests.contacts.privacy.everything import everything
from tests.factories.people import person
from tests.messaging.conftest import arrival, sid
from tests.sending import accept
from waproject.accounts.actors import SYSTEM
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.operations import run
from waproject.ops import backups
from waproject.ops.archives import unpack

PHONE, OLD_PHONE = "+56975400946", "+56988811223"
NAME, EMAIL = "Zacarías Quiñones", "zquinones@correo.example"
# Nobody else has these; compared without accents, case and what stands between letters.
TRACES = (
    *("75400946", "88811223", "zacarias", "quinones", "correoexample"),
    *("vendermiautoverde", "hermosatarde", "lollamamos", "apodozaca"),
)
FILE = (
    "telefono;nombre;email;apodo;marca;modelo;año\n"
    "9 1111 2222;Ana Soto;ana@soto.example;;Kia;Rio;2020\n"
    f"9 7540 0946;{NAME};{EMAIL};apodo zaca;Toyota;Yaris;2015\n"
    f"12;{NAME};;;;;\n"
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def import_file(user) -> None:
    options = {"region": "CL", "keep_unknown": True}
    started = start_import(ContentFile(FILE.encode()), "lista.csv", options, by=user)
    run(started.job_id)


def upload_without_confirming(browser) -> None:
    file = SimpleUploadedFile("lista.csv", FILE.encode())
    data = {"resource": "0", "format": "0", "region": "CL", "import_file": file}
    assert browser.post(reverse("admin:contacts_contact_import"), data).status_code == 200


def write(text: str, number: int) -> None:
    receive(arrival(text, number=number, phone=PHONE, name=NAME, content={"ProfileName": NAME}))


@pytest.fixture
def zacarias(boss, superuser, campaign, private_files) -> Contact:
    """A person of whom each way through the system has left something."""
    import_file(superuser)
    zacarias = Contact.objects.get(name=NAME)
    other = person(phone=OLD_PHONE, name="Zacarías")
    merge(zacarias.pk, other.pk, by=superuser)
    add_tag(Contact.objects.filter(pk=zacarias.pk), Tag.objects.create(name="Feria"), by=superuser)
    add_note(zacarias, f"{NAME} vuelve en mayo", by=superuser)
    ana = Contact.objects.get(name="Ana Soto")
    add_note(ana, f"Amiga de {NAME.upper()}, {PHONE}", by=superuser)
    talk = Conversation.objects.create(sender=campaign.sender, contact=ana)
    now, words = timezone.now(), f"Preguntó por {NAME.lower()} ({PHONE})"
    Entry.objects.create(conversation=talk, kind="note", text=words, by=superuser, at=now)
    NextStep.objects.create(conversation=talk, text=words, due_on=now.date(), by=superuser)
    Draft.objects.create(conversation=talk, user=superuser, text=words, at=now)
    campaigns.launch(campaign.pk, by=superuser, accept_warnings=True)
    accept((campaign.recipients.get(contact=zacarias), sid(90)))
    write("quiero vender mi auto verde", 1)
    write("ya no me moleste, hermosa tarde", 2)
    for held in Hold.objects.all():
        decide_hold(held, "opt_out", by=superuser, note=f"{NAME}: lo llamamos")
    zacarias.refresh_from_db()
    if zacarias.status == "opted_out":
        revoke(zacarias, source="staff", by=superuser, note=f"lo llamamos al {PHONE}")
    write("BAJA, hermosa tarde", 3)
    for job in (
        start_export(Wish("list", "contacts.contact", columns=["phone"]), "p.csv", by=superuser),
        start_disclosure(zacarias, by=superuser),
        start_proof(zacarias, by=superuser),
    ):
        run(job.pk)
    upload_without_confirming(boss)
    boss.get(reverse("admin:contacts_contact_changelist"), {"q": PHONE})
    for query in (f"q={NAME}", f"q={PHONE}", "q=zacarias quinones"):
        boss.post(reverse("admin:campaigns_campaign_for_people"), {"people": query})
    assert Campaign.objects.count() == 4
    Campaign.objects.create(name=f"Para {NAME}", sender=campaign.sender, audience={"search": NAME})
    return zacarias


def found_in(text: str) -> list[str]:
    text = re.sub(r"\\+u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), text)  # of JSON
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = re.sub(r"[\W_]+", "", "".join(one for one in plain if not unicodedata.combining(one)))
    return [one for one in TRACES if one in bare]


def held(private_files: Path) -> str:
    """All tables and files; and what tables hold packed, unpacked."""
    packed = [
        *(one.get_decoded() for one in Session.objects.all()),
        *(one.task for one in OrmQ.objects.all()),
        *((one.name, one.args, one.kwargs, one.result) for one in Task.objects.all()),
    ]
    return "\n".join([everything(private_files), *map(repr, packed)])


@pytest.fixture
def backup_text(monkeypatch, tmp_path) -> Callable[[], str]:
    """What a backup that is made now holds, as one text."""
    # pg_dump connects by itself, as the owner; the connection of the tests has given that up.
    monkeypatch.setattr(backups, "role_is_above_policies", lambda: True)
    return lambda: _in_backup(tmp_path)


def _in_backup(folder: Path) -> str:
    unpack(backups.back_up(folder / "backups"), folder / "out")
    copy = folder / "out" / backups.MEMBERS[connection.vendor]
    files = [one.read_bytes() for one in (folder / "out").rglob("*") if one.is_file()]
    if connection.vendor == "postgresql":
        script = ["pg_restore", "--file=-", str(copy)]
        files.append(subprocess.run(script, check=True, capture_output=True).stdout)
    return "\n".join(one.decode(errors="replace") for one in files)


def test_nothing_of_a_person_is_found_after_the_erasure(zacarias, private_files, backup_text):
    before = found_in(held(private_files))
    Delivery.objects.filter(contact=zacarias).update(state="waiting", claimed_at=None)

    erase(zacarias.pk, by=SYSTEM, reason="request")

    assert before == list(TRACES)
    assert list(private_files.rglob("jobs/*")) == []
    assert found_in(held(private_files)) == []
    assert found_in(backup_text()) == []
    assert Message.objects.filter(phone=f"erased:{zacarias.pk}").count() >= 3
    other = Contact.objects.get(name="Ana Soto")
    assert (other.phone, other.notes.get().text) == ("+56911112222", "Amiga de ••••, ••••")


def test_a_backup_before_the_erasure_is_searched_in_earnest(zacarias, backup_text):
    """The search would find the person: they are in a backup that was made before."""
    assert {"75400946", "zacarias"} <= set(found_in(backup_text()))


def test_uploads_of_others_stay(zacarias, private_files):
    """Of another business: its people wait for their confirmation."""
    other = private_files / "previews" / "0" / "a"
    other.parent.mkdir(parents=True)
    other.write_text("telefono")

    erase(zacarias.pk, by=SYSTEM, reason="request")

    assert [one.name for one in (private_files / "previews").rglob("*") if one.is_file()] == ["a"]

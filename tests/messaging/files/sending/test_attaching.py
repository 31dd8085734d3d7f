"""A file of staff: kept, fetched by the provider at an address that ends, shown in the thread."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging.content import ATTACHED, ATTACHED_URL
from messaging.delivery import queue
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.sending.requests import outbound_request
from messaging.delivery.settling.settlement import record_accepted
from messaging.files.models import StoredFile
from messaging.files.sending.attaching import CannotAttach, attach, sent_as
from messaging.files.sending.limits import MMS, WHATSAPP
from messaging.inbox.reading.thread import bubbles
from messaging.models import Delivery, Message, Sender
from messaging.twilio.gateway import parameters
from tests.factories.files import png
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
DOCX = b"PK\x03\x04" + bytes(60)


def upload(data: bytes, name: str = "precios.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def picture(conversation) -> StoredFile:
    return attach(conversation, upload(png()), by=SYSTEM)


@pytest.fixture
def waiting(conversation, picture) -> Delivery:
    """An answer with a file, in the queue."""
    stream = queue.open_stream(conversation.sender_id, "answer")
    until = timezone.now() + timedelta(hours=1)
    item = queue.Item(
        contact_id=conversation.contact_id,
        address=conversation.contact.phone,
        body="Los precios",
        variables=sent_as([picture], until=until),
        asked_at=timezone.now(),
        valid_until=until,
    )
    queue.enqueue(stream, [item])
    return Delivery.objects.select_related("stream__sender", "template_version").get()


def test_file_is_kept_under_the_person_and_logged(conversation, picture):
    assert (picture.state, picture.contact, picture.original_filename) == (
        *("stored", conversation.contact),
        "precios.png",
    )
    assert Event.objects.get(action="files.attach").object_id == str(picture.pk)


@pytest.mark.parametrize(
    ("data", "name", "type_"),
    [
        (DOCX, "oferta.docx", "wordprocessingml.document"),
        (DOCX, "precios.XLSX", "spreadsheetml.sheet"),
        (b"%PDF-1.7", "oferta.exe", "application/pdf"),
    ],
)
def test_what_whatsapp_takes_goes_by_what_it_is(conversation, data, name, type_):
    assert attach(conversation, upload(data, name), by=SYSTEM).mime_type.endswith(type_)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        *((b"", "a.png"), (b"<html>", "a.png"), (b"<svg/>", "a.svg"), (b"MZ", "a.pdf")),
        *((DOCX, "a.zip"), (b"hola", "a.txt"), (png() + bytes(WHATSAPP.picture), "a.png")),
    ],
)
def test_what_whatsapp_does_not_take_is_refused_and_leaves_nothing(conversation, data, name):
    with pytest.raises(CannotAttach):
        attach(conversation, upload(data, name), by=SYSTEM)

    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(("channel", "sentence"), [("sms", "no MMS"), ("other", "alone")])
def test_where_no_file_goes_it_is_said_why(conversation, channel, sentence):
    Sender.objects.update(channel=channel)
    conversation.sender.refresh_from_db()

    with pytest.raises(CannotAttach, match=sentence):
        attach(conversation, upload(png()), by=SYSTEM)


@pytest.mark.parametrize(
    ("data", "name", "is_taken"),
    [
        (b"GIF89a" + bytes(20), "a.gif", True),
        *((b"%PDF-1.7", "a.pdf", True), (b"RIFF1234WEBP", "a.webp", False)),
        *((DOCX, "a.docx", False), (b"%PDF-1.7" + bytes(MMS.one), "a.pdf", False)),
    ],
)
def test_an_mms_takes_other_types_and_sizes(conversation, data, name, is_taken):
    Sender.objects.update(channel="sms", sends_files=True)
    conversation.sender.refresh_from_db()

    if is_taken:
        attach(conversation, upload(data, name), by=SYSTEM)
    else:
        with pytest.raises(CannotAttach):
            attach(conversation, upload(data, name), by=SYSTEM)

    assert StoredFile.objects.exists() == is_taken


def test_provider_is_told_the_address_and_fetches_the_file_there(waiting, client):
    request = outbound_request(waiting.stream.sender, Claimed.of(waiting))

    [url] = parameters(request)["MediaUrl"]
    assert url == waiting.variables[ATTACHED_URL]
    path = url.removeprefix("http://localhost:8000")
    response = client.get(path)
    assert b"".join(response) == png()
    assert response.headers["Content-Type"] == "image/png"
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert client.get(path).status_code == 404


def test_message_that_left_shows_its_file(waiting, picture):
    record_accepted([(Claimed.of(waiting), "SM1", timezone.now())])

    message = Message.objects.get()
    assert message.content == {ATTACHED: str(picture.file_id)}
    [bubble] = bubbles([message])
    assert [one.file for one in bubble.files] == [picture]


def test_message_of_a_person_shows_no_file_by_its_words(conversation, picture):
    message = Message.objects.create(
        conversation=conversation,
        contact=conversation.contact,
        direction="inbound",
        status="received",
        content={ATTACHED: str(picture.file_id)},
        created_at=timezone.now(),
    )

    assert bubbles([message])[0].files == ()

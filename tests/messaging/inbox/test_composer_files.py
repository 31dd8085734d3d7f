"""A file from the composer goes with the answer, and is shown where it waits and once it left."""

from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains

from messaging.answers import waiting_answers
from messaging.delivery import jobs
from messaging.files.models import StoredFile
from messaging.inbox.models import Draft
from messaging.models import Conversation, Delivery, Message
from tests.factories.files import png
from tests.messaging.inbox.conftest import act


def picture(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("precios.png", png() if data is None else data)


def test_a_file_goes_without_words_and_stands_in_the_thread(boss, talk, simulator):
    one = talk("¿Cuánto cuesta?")

    shown = act(boss, "answer", one, text="", answer_token="x", file=picture())

    assertContains(shown, "with a file")
    row = StoredFile.objects.get()
    Delivery.objects.update(due_at=one.last_inbound_at)
    jobs.send_from(one.sender_id)
    assert Message.objects.outbound().get().content["attached"] == str(row.file_id)
    assertContains(act(boss, "read", one), f"/admin/files/storedfile/{row.file_id}/small/")


def test_a_file_that_whatsapp_does_not_take_is_said_and_the_text_stays(boss, talk):
    one = talk()

    shown = act(boss, "answer", one, text="Mire", answer_token="x", file=picture(b"<html>"))

    assertContains(shown, "this is none of them")
    assertContains(shown, "Mire</textarea>")
    assert (waiting_answers(one).count(), StoredFile.objects.count()) == (0, 0)


def test_a_file_that_is_taken_back_is_not_kept(boss, talk):
    one = talk()
    act(boss, "answer", one, text="Mire", answer_token="x", file=picture())

    undone = act(boss, "undo", one, delivery=waiting_answers(one).get().pk)

    assertContains(undone, "The file has to be chosen again.")
    assertContains(undone, "Mire</textarea>")
    assert StoredFile.objects.count() == 0


def test_a_note_takes_no_file(boss, talk):
    one = talk()

    act(boss, "answer", one, kind="note", text="", answer_token="x", file=picture())

    assert (StoredFile.objects.count(), Conversation.objects.count()) == (0, 1)
    assert not Draft.objects.exists()

"""A file from the composer goes with the answer, and is shown where it waits and once it left."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from messaging.answers import waiting_answers
from messaging.delivery import jobs
from messaging.files.models import StoredFile
from messaging.inbox.models import Draft
from messaging.models import Conversation, Delivery, Message, Sender
from tests.factories.files import png
from tests.messaging.inbox.conftest import act, page_of


def picture(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("precios.png", png() if data is None else data)


def test_a_file_goes_without_words_and_stands_in_the_thread(boss, talk, simulator):
    one = talk("¿Cuánto cuesta?")

    shown = act(boss, "answer", one, text="", answer_token="x", file=picture())

    assertContains(shown, "/small/")
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


def test_several_files_stand_in_the_thread_with_one_button_for_all(boss, talk):
    one = talk()

    shown = act(
        boss, "answer", one, text="Mire", file=[picture(), picture(png(9)), picture(b"%PDF-1")]
    )

    assertContains(shown, "/small/", count=2)
    assertContains(shown, "Take all 3 back", count=1)


def test_what_was_refused_keeps_its_files_where_a_script_posted_them(boss, talk):
    one, wrong = talk(), {"text": "Mire", "file": [picture(b"<html>"), picture()]}

    by_script = act(boss, "answer", one, **wrong)
    without = boss.post(reverse("admin:inbox_answer", args=[one.pk]), wrong, follow=True)

    assertContains(by_script, "data-again")
    assertNotContains(by_script, "have to be chosen again")
    assertContains(without, "The files have to be chosen again.")


def test_part_of_an_answer_is_taken_back_when_the_rest_has_left(boss, talk, simulator):
    one = talk()
    act(boss, "answer", one, text="Mire", file=[picture(), picture(png(9))])
    first = waiting_answers(one).first()
    Delivery.objects.filter(pk=first.pk).update(due_at=one.last_inbound_at)
    jobs.send_from(one.sender_id)

    undone = act(boss, "undo", one, delivery=waiting_answers(one).get().pk)

    assertContains(undone, "the rest had left before")
    assert undone.context["notice"].unsent == ""


@pytest.mark.parametrize(("sends", "count"), [(True, 0), (False, 1)])
def test_a_number_without_mms_says_why_no_file_goes(boss, talk, sends, count):
    one = talk()
    Sender.objects.update(channel="sms", sends_files=sends)

    page = page_of(boss, one)

    assertContains(page, "this number sends SMS, and no MMS", count=count)
    assert ('name="file"' in page.content.decode()) == sends

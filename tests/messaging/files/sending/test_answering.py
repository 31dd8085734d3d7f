"""An answer with files: the messages that it becomes, all of them or none, and once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from messaging import answers
from messaging.answers import CannotAnswer, waiting_answers
from messaging.content import ATTACHED, attached_ids
from messaging.delivery import jobs, queue, reasons
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.sending.requests import outbound_request
from messaging.files.models import StoredFile
from messaging.files.sending.answering import answer_with_files
from messaging.files.sending.attaching import CannotAttach
from messaging.files.sending.limits import WHATSAPP
from messaging.inbox.models import Round
from messaging.inbox.reading.thread import bubbles
from messaging.models import AnswerPost, Conversation, Delivery, Message, Sender
from messaging.twilio.gateway import parameters
from tests.factories.files import png
from tests.messaging.files.test_storing import kept
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7"


def upload(data: bytes, name: str = "precios.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def pictures(count: int) -> list[SimpleUploadedFile]:
    return [upload(png(10 + number), f"{number}.png") for number in range(count)]


def shapes() -> list[tuple[object, int]]:
    """The text and the number of files of each message as the provider is told, in their order."""
    rows = Delivery.objects.select_related("stream__sender", "template_version").order_by("due_at")
    told = [parameters(outbound_request(one.stream.sender, Claimed.of(one))) for one in rows]
    return [(one.get("Body"), len(one.get("MediaUrl", []))) for one in told]


@pytest.fixture
def open_talk(conversation) -> Conversation:
    conversation.window_expires_at = timezone.now() + timedelta(hours=20)
    conversation.round_began_at = timezone.now() - timedelta(minutes=1)
    conversation.save()
    return conversation


@pytest.fixture
def mms_talk(conversation) -> Conversation:
    Sender.objects.update(channel="sms", sends_files=True)
    conversation.sender.refresh_from_db()
    return conversation


def test_answer_goes_with_its_file_and_once(open_talk, private_files):
    given = {"by": SYSTEM, "form_token": "una"}

    assert answer_with_files(open_talk.pk, "Los precios", [upload(png())], **given)
    assert not answer_with_files(open_talk.pk, "Los precios", [upload(png())], **given)

    delivery, row = Delivery.objects.get(), StoredFile.objects.get()
    assert (delivery.body, delivery.variables[ATTACHED]) == ("Los precios", str(row.file_id))
    assert len(kept(private_files)) == 2


def test_another_file_from_the_same_form_is_another_answer(open_talk):
    given = {"by": SYSTEM, "form_token": "una"}

    assert answer_with_files(open_talk.pk, "", [upload(png())], **given)
    assert answer_with_files(open_talk.pk, "", [upload(png(3))], **given)

    assert Delivery.objects.count() == 2


def test_file_may_go_without_words(open_talk):
    answer_with_files(open_talk.pk, "", [upload(png())], by=SYSTEM)

    assert shapes() == [(None, 1)]


def test_refused_answer_leaves_no_file(conversation, private_files):
    with pytest.raises(CannotAnswer):
        answer_with_files(conversation.pk, "Los precios", pictures(2), by=SYSTEM)

    assert (StoredFile.objects.count(), kept(private_files)) == (0, [])


def test_answer_that_did_not_leave_shows_its_file(open_talk):
    answer_with_files(open_talk.pk, "Los precios", [upload(png())], by=SYSTEM)

    queue.remove(waiting_answers(open_talk), reasons.NO_REASON)

    row = StoredFile.objects.get()
    [bubble] = bubbles([Message.objects.get()])
    assert [one.file for one in bubble.files] == [row]


# --- Several files ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "shape"),
    [
        ("Mire", png(), [("Mire", 1), (None, 1)]),
        ("", png(), [(None, 1), (None, 1)]),
        ("Mire", PDF, [("Mire", 0), (None, 1), (None, 1)]),
        ("x" * 1_025, png(), [("x" * 1_025, 0), (None, 1), (None, 1)]),
    ],
    ids=["caption", "no words", "no caption", "too long for a caption"],
)
def test_whatsapp_takes_one_file_with_a_message(open_talk, text, first, shape):
    answer_with_files(open_talk.pk, text, [upload(first), upload(png(9))], by=SYSTEM)

    assert shapes() == shape


def test_an_mms_takes_them_together(mms_talk):
    answer_with_files(mms_talk.pk, "Mire", [*pictures(2), upload(PDF, "a.pdf")], by=SYSTEM)

    assert shapes() == [("Mire", 3)]
    assert len(attached_ids(Delivery.objects.get().variables)) == 3


def test_they_leave_in_their_order_a_second_apart(open_talk):
    later = timezone.now() + timedelta(hours=1)

    answer_with_files(open_talk.pk, "Mire", pictures(3), by=SYSTEM, due_at=later)

    rows = Delivery.objects.order_by("pk")
    assert [one.due_at - later for one in rows] == [timedelta(seconds=n) for n in range(3)]
    names = [StoredFile.objects.get(file_id=one.variables[ATTACHED]).name for one in rows]
    assert names == ["0.png", "1.png", "2.png"]


def test_all_of_it_leaves_before_the_window_closes(open_talk):
    last = open_talk.window_expires_at - timedelta(seconds=1)

    with pytest.raises(CannotAnswer, match="closes"):
        answer_with_files(open_talk.pk, "", pictures(2), by=SYSTEM, due_at=last)

    assert not Delivery.objects.exists()


def test_posted_twice_it_is_one_answer(open_talk, private_files):
    given = {"by": SYSTEM, "form_token": "una"}

    sent = [answer_with_files(open_talk.pk, "Mire", pictures(2), **given) for _time in range(2)]

    assert (sent, Delivery.objects.count(), AnswerPost.objects.count()) == ([True, False], 2, 2)
    assert len(kept(private_files)) == 4


def test_one_that_is_not_taken_keeps_all_back_and_is_named(open_talk, private_files):
    files = [upload(png()), upload(b"MZ", "malo.png")]

    with pytest.raises(CannotAttach, match=r"^malo\.png: .*none of them"):
        answer_with_files(open_talk.pk, "Mire", files, by=SYSTEM)

    assert (Delivery.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert kept(private_files) == []


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (pictures(WHATSAPP.files + 1), "At most 10 files"),
        ([upload(PDF + bytes(3 * 1024 * 1024)) for _file in range(2)], "together"),
    ],
    ids=["many", "much"],
)
def test_they_are_not_too_many_nor_too_much(mms_talk, files: Sequence, sentence):
    with pytest.raises(CannotAttach, match=sentence):
        answer_with_files(mms_talk.pk, "", files, by=SYSTEM)

    assert not Delivery.objects.exists()


def test_taken_back_all_of_it_is(open_talk, superuser):
    answer_with_files(open_talk.pk, "Mire", pictures(3), by=superuser)
    second = Delivery.objects.order_by("pk")[1]

    taken = answers.take_back(open_talk.pk, second.pk, by=superuser)

    assert [one.body for one in taken] == ["Mire", "", ""]
    assert (Delivery.objects.count(), AnswerPost.objects.count()) == (0, 0)
    assert Round.objects.get().answered_at is None


def test_another_answer_is_not_taken_back_with_it(open_talk):
    answer_with_files(open_talk.pk, "Mire", pictures(2), by=SYSTEM)
    answer_with_files(open_talk.pk, "Otra", pictures(2), by=SYSTEM)

    answers.take_back(open_talk.pk, Delivery.objects.earliest("pk").pk, by=SYSTEM)

    assert [one.body for one in Delivery.objects.order_by("pk")] == ["Otra", ""]


def test_one_that_fails_says_so_and_the_others_leave(open_talk, simulator):
    answer_with_files(open_talk.pk, "Mire", pictures(3), by=SYSTEM)
    first = Delivery.objects.earliest("pk")
    name = StoredFile.objects.get(file_id=first.variables[ATTACHED]).name

    queue.remove(Delivery.objects.filter(pk=first.pk), reasons.NO_REASON)
    Delivery.objects.update(due_at=timezone.now())
    jobs.send_from(open_talk.sender_id)

    log = list(Message.objects.order_by("pk"))
    assert sorted(one.status for one in log) == ["failed", "queued", "queued"]
    [failed] = bubbles([one for one in log if one.status == "failed"])
    assert ([one.name for one in failed.files], failed.message.body) == ([name], "Mire")
    open_talk.refresh_from_db()
    assert open_talk.waiting_since is None
    assert Round.objects.get().answered_at is not None


def test_provider_hears_of_all_files_of_an_mms(mms_talk, simulator):
    answer_with_files(mms_talk.pk, "Mire", pictures(2), by=SYSTEM)

    jobs.send_from(mms_talk.sender_id)

    [told] = simulator.journal
    assert (told["body"], [url.rpartition("/")[2] for url in told["media"]]) == (
        *("Mire",),
        ["0.png", "1.png"],
    )
    assert Message.objects.get().message_sid.startswith("MM")
    assert len(bubbles([Message.objects.get()])[0].files) == 2

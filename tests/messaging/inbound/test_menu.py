"""Answers of the menu, through the handlers as they are registered."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from messaging.inbound.menu import chosen
from messaging.inbound.receive import receive
from messaging.models import AutoReply, Conversation, Message
from tests.messaging.conftest import arrival

pytestmark = pytest.mark.django_db

GOODBYE = "Listo. No volveremos a contactarte."


def body_of(event: str) -> str:
    return AutoReply.objects.get(event=event).body


def answer_to(text: str, number: int = 7, **changes) -> str | None:
    answer = receive(arrival(text, number, **changes))
    return answer and answer.body


@pytest.fixture
def menu() -> list[AutoReply]:
    return [
        AutoReply(keywords="INFO, información, 1", body="info"),
        AutoReply(keywords="persona, hablar con alguien, 2", body="human"),
    ]


@pytest.mark.parametrize("text", ["INFO", "info!", "1", "1️⃣", "quiero más información"])
def test_a_menu_word_is_answered(text):
    assert answer_to(text) == AutoReply.objects.get(keywords__startswith="INFO").body


def test_asking_for_a_person_marks_the_conversation():
    answer_to("Quiero hablar con una persona")

    assert Conversation.objects.get().wants_human is True


def test_anything_else_is_answered_with_the_menu_once_a_day():
    now = timezone.now()

    answers = [
        answer_to("Buenas tardes", number, at=now + timedelta(hours=hours))
        for number, hours in enumerate([0, 23, 25])
    ]

    assert answers == [body_of("fallback"), None, body_of("fallback")]


def test_the_menu_can_be_asked_for_at_any_time():
    answer_to("Buenas")

    assert answer_to("menú", 8) == body_of("fallback")


@pytest.mark.parametrize("changes", [{"wants_human": True}, {"assignee": "staff"}])
def test_the_menu_keeps_silent_where_a_person_takes_care(conversation, staff, changes):
    changes = {name: staff if value == "staff" else value for name, value in changes.items()}
    Conversation.objects.update(**changes)

    assert answer_to("Buenas tardes") is None


def test_a_picture_without_words_is_not_answered():
    picture = {"media": [{"url": "https://x/1", "type": "image/png"}]}

    assert answer_to("", type="image", content=picture) is None


def test_an_answer_is_logged_as_a_message_of_the_conversation(sender, contact):
    answer_to("INFO")

    reply = Message.objects.outbound().get()
    assert (reply.conversation.sender, reply.contact, reply.phone) == (
        sender,
        contact,
        contact.phone,
    )


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("info", "info"),
        ("más Información, gracias", "info"),
        ("quiero hablar con alguien", "human"),
        ("2", "human"),
        ("tengo 2 autos", None),
        ("informe", None),
        ("info " + "bla " * 12, None),
        ("", None),
    ],
)
def test_chosen_matches_words_and_whole_digits(menu, text, body):
    entry = chosen(menu, text)

    assert (entry and entry.body) == body


@given(st.text(st.sampled_from("@!yinfo 2.,\n-\u0301\u200b\ufdfa😀"), min_size=1, max_size=8))
@example("info ")
@example("hablar con ")
@settings(
    deadline=timedelta(seconds=2),
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_chosen_takes_no_longer_than_a_text_is_long(menu, unit):
    assert chosen(menu, (unit * 65_536)[:65_536]) in (None, *menu)

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from messaging.inbox.reading import thread as threads
from messaging.inbox.reading.thread import Bubble
from messaging.models import Conversation, Message
from tests.factories.users import permit_only
from tests.messaging.inbox.conftest import say

CONTENT = {
    "header": {"type": "text", "text": "Para María"},
    "footer": "Automotora",
    "buttons": [{"type": "quick_reply", "text": "Sí", "id": "abcdefgh"}],
}


def test_a_bubble_of_ours_shows_what_stood_beside_the_text():
    bubble = Bubble(Message(direction="outbound", content=CONTENT))

    assert (bubble.header["text"], bubble.footer, bubble.buttons) == (
        "Para María",
        "Automotora",
        ["Sí"],
    )


def test_a_bubble_of_a_plain_text_shows_nothing_else():
    bubble = Bubble(Message(direction="outbound", content={}))

    assert (bubble.header, bubble.footer, bubble.buttons) == ({}, "", [])


def reaction_to(talk: Conversation, quoted: Message, text: str = "👍") -> Message:
    return say(talk, text, type="reaction", content={"quoted_sid": quoted.message_sid})


def quotes(talk: Conversation) -> list[str]:
    shown = threads.thread(talk).bubbles
    return [one.quoted.body for one in shown if one.quoted]


@pytest.mark.parametrize("page", [1, 50], ids=["another page", "the same page"])
def test_a_message_shows_what_it_answers_or_reacts_to(talk, monkeypatch, page):
    monkeypatch.setattr(threads, "PAGE", page)
    one = talk()
    ours = say(one, "¿Le parece el lunes?", direction="outbound", status="sent")

    reaction_to(one, ours)

    assert quotes(one) == ["¿Le parece el lunes?"]


def test_nothing_of_another_conversation_is_quoted(talk):
    one, other = talk(), talk("Soy otra persona")

    reaction_to(one, other.messages.get())

    assert quotes(one) == []


def test_a_quote_is_masked_like_the_message_itself(boss, client, staff, talk):
    one = talk("Mi número es +56961234567")
    reaction_to(one, one.messages.get())
    asked = {"view": "all", "talk": one.pk}

    assertContains(boss.get(reverse("admin:inbox"), asked), "+56961234567", count=3)

    client.force_login(permit_only(staff, "view_conversation", "view_contact"))

    assertNotContains(client.get(reverse("admin:inbox"), asked), "+56961234567")

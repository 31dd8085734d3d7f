"""A colleague takes a conversation over from the menu, and gives it back."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from messaging import answers, operations
from messaging.inbound.receive import receive
from messaging.inbox.models import Entry
from messaging.models import AutoReply, Conversation
from optouts.models import OptOut
from tests.messaging.conftest import arrival
from tests.messaging.inbox.conftest import act, page_of
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

BAND = "The menu is silent here"


def say(text: str, number: int) -> str | None:
    """What is answered to a message of the person."""
    answer = receive(arrival(text, number))
    return answer and answer.body


@pytest.fixture
def taken(sender, contact) -> Conversation:
    """A conversation in which staff answered what the menu had answered before."""
    assert say("INFO", 1)
    talk = Conversation.objects.get()
    answers.answer(talk.pk, "Le cuento yo", by=SYSTEM)
    talk.refresh_from_db()
    return talk


def test_the_menu_is_silent_where_a_colleague_answered(taken):
    assert [say("INFO", 2), say("Buenas tardes", 3)] == [None, None]


def test_a_person_can_still_be_asked_for_and_opting_out_is_heard(taken):
    assert say("Quiero hablar con una persona", 2) is None
    assert Conversation.objects.get().wants_human
    assert say("BAJA", 3)
    assert OptOut.objects.filter(contact=taken.contact).exists()


def test_whoever_is_given_a_conversation_takes_it_over(sender, contact, superuser):
    say("Hola", 1)
    talk = Conversation.objects.get()

    operations.assign([talk.pk], to=superuser, by=SYSTEM)

    assert say("INFO", 2) is None


def test_a_conversation_is_given_back_to_the_menu(taken, boss):
    act(boss, "give_back", taken)

    taken.refresh_from_db()
    assert (taken.taken_over, taken.assignee) == (False, None)
    assert Event.objects.filter(action="inbox.give_back").count() == 1
    assert "gave the conversation back to the menu" in page_of(boss, taken).content.decode()
    assert say("INFO", 2) == AutoReply.objects.get(keywords__startswith="INFO").body


def test_giving_back_twice_leaves_one_entry(taken, boss):
    act(boss, "give_back", taken)
    act(boss, "give_back", taken)

    assert Entry.objects.filter(kind="menu").count() == 1
    assert Event.objects.filter(action="inbox.give_back").count() == 1


def test_what_is_resolved_is_the_menus_again(taken, boss):
    act(boss, "status", taken, status="resolved")

    assert say("INFO", 2)


def test_the_page_says_that_the_menu_is_silent_where_there_is_one(taken, boss):
    assertContains(page_of(boss, taken), BAND)

    AutoReply.objects.update(active=False)

    assertNotContains(page_of(boss, taken), BAND)

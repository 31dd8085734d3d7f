"""The conversation that is open in the inbox."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from messaging.delivery import jobs
from messaging.inbound.receive import receive
from messaging.inbox.pages.views import conversation_of
from messaging.inbox.reading.around import around
from messaging.inbox.reading.filters import Filters
from messaging.inbox.reading.fresh import mark_of_list, mark_of_talk
from messaging.inbox.reading.listing import PAGE
from messaging.inbox.times.targets import LateSince
from messaging.models import Conversation, Delivery, Message
from messaging.twilio.errors import classify
from optouts.operations import opt_out
from tests.messaging.conftest import arrival
from tests.messaging.inbox.conftest import act, page_of, say


def test_page_shows_the_messages_and_where_ours_come_from(boss, talk, campaign, superuser):
    one = talk("¿Cuánto cuesta?")
    say(one, "Hola Ana", direction="outbound", status="read", campaign_id=campaign.pk)
    say(one, "Depende", direction="outbound", status="sent", content={"by": superuser.pk})

    bubbles = page_of(boss, one).context["talk"].thread.bubbles

    assert [bubble.origin.words if bubble.origin else "" for bubble in bubbles] == [
        "",
        f"Campaign: {campaign.name}",
        "jefa",
    ]


def test_htmx_gets_the_conversation_alone(boss, talk):
    one = talk("Hola")

    answer = boss.get(reverse("admin:inbox"), {"talk": one.pk}, headers={"HX-Request": "true"})

    assertContains(answer, 'id="talk"')
    assertNotContains(answer, 'id="threads"')


def test_a_conversation_that_is_not_there_is_not_found(boss, db):
    assert boss.get(reverse("admin:inbox"), {"talk": 77}).status_code == 404


@pytest.mark.parametrize("messages", [1, 40])
def test_page_asks_as_much_for_a_long_conversation(boss, talk, messages, django_assert_num_queries):
    one = talk()
    for number in range(messages):
        say(one, f"Mensaje {number}")
    part = {"HX-Request": "true"}
    boss.get(reverse("admin:inbox"), {"talk": one.pk}, headers=part)

    with django_assert_num_queries(29):
        boss.get(reverse("admin:inbox"), {"talk": one.pk}, headers=part)


def test_page_with_the_list_reads_nothing_twice(boss, talk, django_assert_max_num_queries):
    one = talk("Hola")
    talk("Buenas")
    boss.get(reverse("admin:inbox"), {"talk": one.pk})

    with django_assert_max_num_queries(38) as asked:
        boss.get(reverse("admin:inbox"), {"talk": one.pk})

    tables = ("inbox_rules", "conversation_presences", "conversation_next_steps", "vehicles")
    tables = (*tables, "deliveries", "canned_answers")
    read = [one["sql"].partition(" FROM ")[2] for one in asked.captured_queries]
    assert [sum(sql.startswith(f'"{name}"') for sql in read) for name in tables] == [1] * 6


def test_page_and_news_mark_the_same_in_the_same_way(boss, talk):
    one, two = talk("Hola"), talk("Buenas")
    say(one, "Hola Ana", direction="outbound", status="failed", error_code="63016")

    page = page_of(boss, one).context

    mark, _numbers = mark_of_list(Filters(), page["user"], LateSince.now(), PAGE)
    stored = conversation_of(one.pk)
    of_talk = mark_of_talk(stored, around(stored, page["user"]))
    assert (mark, of_talk) == (page["list_mark"], page["talk_mark"])
    assert page["listing"].rows[0].talk == two


def leave(talk):
    """Have what waits in a conversation leave, as after the seconds in which it is taken back."""
    Delivery.objects.update(due_at=timezone.now())
    jobs.send_from(talk.sender_id)


def test_answer_leaves_and_ends_the_wait(boss, talk, simulator, superuser):
    one = talk("¿Cuánto cuesta?")

    answer = act(boss, "answer", one, text="Desde 5 millones", answer_token="x")

    assertContains(answer, "Desde 5 millones")
    one.refresh_from_db()
    assert (one.waiting_since, one.unread_count) == (None, 0)
    leave(one)
    sent = Message.objects.outbound().get()
    assert (sent.body, sent.content) == ("Desde 5 millones", {"by": superuser.pk})


def test_an_answer_that_could_not_leave_lets_the_person_wait_still(boss, talk, simulator):
    one = talk("Hola")
    act(boss, "answer", one, text="Buenas", answer_token="x")
    opt_out(one.contact, reason="manual", note="por teléfono")

    leave(one)

    wrote = one.last_inbound_at
    one.refresh_from_db()
    assert one.waiting_since == wrote


def test_an_answer_that_could_not_leave_is_unread_where_the_conversation_was_resolved_with_it(
    boss, talk, simulator
):
    one = talk("Hola")
    act(boss, "answer", one, text="Gracias", answer_token="x", resolve="1")
    opt_out(one.contact, reason="manual", note="por teléfono")

    leave(one)

    one.refresh_from_db()
    assert (one.status, one.unread_count, one.waiting_since) == ("resolved", 1, None)


def test_a_refused_answer_says_why(boss, talk):
    one = talk(window_expires_at=timezone.now() - timedelta(hours=1))

    answer = act(boss, "answer", one, text="Hola", answer_token="x")

    assertContains(answer, "within 24 hours")
    assert not Delivery.objects.exists()


def test_a_red_band_names_the_words_of_an_opt_out(boss, talk):
    one = talk()
    opt_out(one.contact, reason="user_request", evidence=f"{'S' * 30}: Stop. Gracias")

    page = page_of(boss, one)

    assertContains(page, "“Stop. Gracias”")
    assertContains(page, "note-bad")


def test_who_may_only_look_gets_no_composer(allow, talk):
    one = talk()

    page = page_of(allow("view_conversation", "view_contact"), one)

    assertNotContains(page, "composer-box")


def test_old_messages_are_read_page_by_page(boss, talk):
    one = talk("Primera")
    for number in range(55):
        say(one, f"Mensaje {number}")
    newest = page_of(boss, one).context["talk"].thread

    before = page_of(boss, one, before=newest.earlier).context["talk"].thread

    assert (before.bubbles[0].message.body, before.earlier) == ("Primera", None)


def test_a_message_of_spam_stays_spam(settings, contact, sender):
    settings.INBOUND_HANDLERS = []
    receive(arrival("Gane dinero", 1))
    Conversation.objects.update(status="spam", unread_count=0, waiting_since=None)

    receive(arrival("Gane más", 2))

    talk = Conversation.objects.get()
    assert (talk.status, talk.unread_count, talk.waiting_since) == ("spam", 0, None)
    assert talk.last_inbound_body == "Gane más"


def test_a_wait_begins_with_the_first_message_without_an_answer(settings, contact, sender):
    settings.INBOUND_HANDLERS = []
    begun = timezone.now() - timedelta(minutes=9)
    receive(arrival("Hola", 1, at=begun))

    receive(arrival("¿Están?", 2))

    talk = Conversation.objects.get()
    assert (talk.waiting_since, talk.last_inbound_body) == (begun, "¿Están?")


def test_notes_and_events_stand_between_the_messages(boss, talk, superuser):
    one = talk("Hola", ago=5)
    act(boss, "answer", one, kind="note", text="Tasar el lunes")
    act(boss, "assign", one, to=superuser.pk)
    say(one, "¿Siguen?")

    items = page_of(boss, one).context["talk"].items

    assert [getattr(item, "words", None) or item.message.body for item in items] == [
        "Hola",
        "Note of jefa",
        "jefa gave the conversation to jefa",
        "¿Siguen?",
    ]
    assert not Delivery.objects.exists()


def test_a_bubble_says_why_a_message_failed_and_that_it_was_a_test(boss, message):
    Message.objects.update(status="undelivered", error_code="63024", is_test=True)

    [bubble] = page_of(boss, message.conversation).context["talk"].thread.bubbles

    assert (bubble.problem, bubble.origin.words) == (classify("63024").meaning, "Test")


def test_what_people_write_is_no_markup(boss, talk):
    page = page_of(boss, talk("<script>alert(1)</script>", name="<b>Ana</b>")).content

    assert (b"<script>alert" in page, b"<b>Ana</b>" in page) == (False, False)


def test_the_name_of_a_place_tells_no_phone_to_who_reads_it_masked(allow, talk):
    one = talk()
    place = {"latitude": "-33.4", "longitude": "-70.6", "place_name": "Taller +56 9 7777 1234"}
    say(one, "", type="location", content=place)

    page = page_of(allow("view_conversation", "view_contact"), one)

    assertContains(page, "Taller")
    assertNotContains(page, "7777 1234")

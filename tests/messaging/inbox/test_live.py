"""What the page hears of by itself: news of the list and the thread, and of colleagues."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact
from messaging.delivery import jobs
from messaging.inbox import operations
from messaging.inbox.models import Presence
from messaging.inbox.presence import be_there, others_there
from messaging.models import Account, Conversation, Delivery, Message, Sender
from tests.factories.users import browser_of, permit_only
from tests.messaging.inbox.conftest import act, say
from waproject.accounts.actors import SYSTEM
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

NOW = timezone.now().replace(second=20, microsecond=0)


@pytest.fixture(autouse=True)
def _at_one_moment():
    with time_machine.travel(NOW, tick=False):
        yield


def live(browser: Client, talk: Conversation | None = None, **query):
    """What the page asks with the marks that it has."""
    shown = {"talk": talk.pk} if talk else {}
    page = browser.get(reverse("admin:inbox"), shown).context
    marks = {"list": page["list_mark"], **({"thread": page["talk_mark"]} if talk else {})}
    return lambda: browser.get(reverse("admin:inbox_live"), {**marks, **shown, **query})


def test_nothing_comes_while_nothing_changes(boss, talk):
    ask = live(boss, talk())

    assert ask().status_code == 204


def test_a_new_message_comes_with_the_list_and_the_numbers(boss, talk):
    ask = live(boss)
    talk("¿Hola?", name="Ana")

    page = ask()

    assertContains(page, "¿Hola?")
    assertContains(page, 'data-unread="1"')
    assertNotContains(page, 'id="thread"')


@pytest.mark.parametrize(
    "change",
    [
        lambda one: say(one, "¿Siguen?"),
        lambda one: Message.objects.filter(conversation=one).update(
            status="received", error_code="1"
        ),
        lambda one: operations.write_note(one.pk, "Tasar", by=SYSTEM),
        lambda one: operations.set_status(one.pk, "pending", by=SYSTEM),
        lambda one: operations.plan(one.pk, "Llamar", timezone.localdate(), by=SYSTEM),
    ],
)
def test_what_happens_in_the_open_conversation_comes(boss, talk, change):
    one = talk()
    ask = live(boss, one)

    change(one)

    assertContains(ask(), 'id="thread"')


def test_waits_are_told_anew_each_minute(boss, talk):
    ask = live(boss, talk())

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert ask().status_code == 200


def test_a_window_that_shuts_is_told_before_the_minute_is_over(boss, talk):
    ask = live(boss, talk(window_expires_at=NOW + timedelta(seconds=10)))

    with time_machine.travel(NOW + timedelta(seconds=11), tick=False):
        assertContains(ask(), "composer-place")


def test_the_composer_stays_unless_it_is_refused_anew(boss, talk):
    one = talk()
    ask, refused = live(boss, one), live(boss, one, refused="1")
    say(one, "¿Siguen?")

    assertNotContains(ask(), "composer-place")
    assertContains(refused(), "composer-place")


@pytest.mark.parametrize("rows", [1, 20])
def test_a_look_without_news_costs_little(boss, talk, rows, django_assert_num_queries):
    for _ in range(rows):
        one = talk()
    ask = live(boss, one)
    ask()

    with django_assert_num_queries(QUERIES):
        assert ask().status_code == 204


QUERIES = 15


def test_whoever_has_a_conversation_open_that_goes_is_led_to_the_list(boss, talk):
    one = talk()
    ask = live(boss, one, view="mine")
    one.delete()

    answer = ask()

    assert answer.headers["HX-Redirect"] == reverse("admin:inbox", query={"view": "mine"})
    assertContains(boss.get(reverse("admin:inbox")), "The conversation is gone")


def test_a_conversation_of_another_business_is_gone_too(boss, talk, superuser):
    one, strange = talk(), create_tenant(name="Otra", slug="otra")
    ask = live(boss, one)
    with in_tenant(strange.pk):
        account = Account.objects.create(name="Otra", external_id="AC" + "7" * 32)
        theirs = Sender.objects.create(
            name="V", channel="sms", address="+56221111111", account=account
        )
        person = Contact.objects.create(phone="+56975400999", name="Ajena")
        other = Conversation.objects.create(sender=theirs, contact=person)

    answer = boss.get(reverse("admin:inbox_live"), {"talk": other.pk})

    assert "HX-Redirect" in answer.headers
    assert ask().status_code == 204
    assert Presence.objects.count() == 1


def test_a_colleague_who_writes_is_told(boss, talk, staff):
    one = talk()
    ask = live(boss, one)
    be_there(staff, one.pk, writes=True)

    assertContains(ask(), "vendedor is writing…")


def test_whoever_left_is_not_told(superuser, talk, staff):
    one, two = talk(), talk()
    be_there(staff, one.pk, writes=False)
    assert others_there(superuser, one.pk) == [("vendedor", False)]

    be_there(staff, two.pk, writes=False)
    assert others_there(superuser, one.pk) == []

    with time_machine.travel(NOW + timedelta(seconds=20), tick=False):
        assert others_there(superuser, two.pk) == []


def test_presence_is_written_only_when_it_says_something_new(
    staff, talk, django_assert_num_queries
):
    one = talk()
    be_there(staff, one.pk, writes=False)

    with django_assert_num_queries(1):
        be_there(staff, one.pk, writes=False)

    assert Presence.objects.count() == 1


def test_who_may_only_look_is_nowhere(allow, talk):
    one = talk()

    live(allow("view_conversation", "view_contact"), one)()

    assert Presence.objects.count() == 0


@pytest.fixture
def colleague(staff) -> Client:
    return browser_of(
        permit_only(staff, "view_conversation", "change_conversation", "view_contact")
    )


def test_the_second_answer_is_refused_once_and_says_what_the_first_was(boss, talk, colleague):
    one = talk("¿Cuánto cuesta?")
    seen = Message.objects.get().pk
    act(colleague, "answer", one, text="Cinco millones", answer_token="a", seen=seen)

    refused = act(boss, "answer", one, text="Depende", answer_token="b", seen=seen)

    assertContains(refused, "vendedor answered meanwhile: “Cinco millones”")
    assertContains(refused, "Depende</textarea>")
    act(boss, "answer", one, text="Depende", answer_token="c", anyway="1")
    assert sorted(one.contact.deliveries.values_list("body", flat=True)) == [
        "Cinco millones",
        "Depende",
    ]


@pytest.mark.parametrize("button", ["resolve", "tomorrow"])
def test_what_is_sent_all_the_same_is_sent_by_the_same_button(boss, talk, colleague, button):
    one = talk()
    seen = Message.objects.get().pk
    act(colleague, "answer", one, text="Cinco millones", answer_token="a", seen=seen)

    refused = act(boss, "answer", one, text="No", answer_token="b", seen=seen, **{button: "1"})

    assertContains(refused, f'<input type="hidden" name="{button}" value="1">', html=True)


def test_an_answer_that_left_meanwhile_counts_too(boss, talk, staff):
    one = talk()
    seen = Message.objects.get().pk
    say(one, "Cinco", direction="outbound", status="sent", content={"by": staff.pk})

    refused = act(boss, "answer", one, text="Depende", answer_token="b", seen=seen)

    assertContains(refused, "vendedor answered meanwhile")


def test_ones_own_answers_and_the_robots_warn_nobody(boss, talk, superuser):
    one = talk()
    seen = Message.objects.get().pk
    say(one, "Cinco", direction="outbound", status="sent", content={"by": superuser.pk})
    say(one, "Menú", direction="outbound", status="sent")

    answer = act(boss, "answer", one, text="Depende", answer_token="b", seen=seen)

    assertNotContains(answer, "meanwhile")


@pytest.mark.parametrize("has_left", [False, True])
def test_an_answer_that_was_seen_waiting_is_no_news(boss, talk, colleague, simulator, has_left):
    one = talk()
    act(colleague, "answer", one, text="Cinco", answer_token="a")
    shown = boss.get(reverse("admin:inbox"), {"talk": one.pk})
    [marks] = re.findall(r'name="seen_waiting"[^>]* value="([^"]*)"', shown.content.decode())
    posted = {"seen": shown.context["talk"].thread.last_id, "seen_waiting": marks}
    if has_left:
        Delivery.objects.update(due_at=timezone.now())
        jobs.send_from(one.sender_id)
        assert Message.objects.outbound().get().body == "Cinco"

    answer = act(boss, "answer", one, text="Depende", answer_token="b", **posted)

    assertNotContains(answer, "meanwhile")
    act(colleague, "answer", one, text="Seis", answer_token="c")
    assertContains(
        act(boss, "answer", one, text="No", answer_token="d", **posted), "meanwhile: “Seis”"
    )

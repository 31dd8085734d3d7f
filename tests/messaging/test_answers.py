"""Answers of staff in a conversation, from the button to the log."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from contacts.models import Address, Contact
from messaging.actions import ConversationAction
from messaging.answers import CannotAnswer, answer, forget_posts, waiting_answers
from messaging.delivery import jobs, queue
from messaging.delivery.reasons import NotSent, why
from messaging.models import AnswerPost, Conversation, Delivery, Message, Sender
from optouts.operations import opt_out
from tests.sending import run
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.lab.twilio_simulator.faults import Fault


@pytest.fixture
def open_window(conversation: Conversation) -> Conversation:
    """A conversation in which the person wrote an hour ago."""
    conversation.window_expires_at = timezone.now() + timedelta(hours=23)
    conversation.save()
    return conversation


def test_answer_leaves_and_is_logged_with_who_wrote_it(open_window, simulator, superuser):
    answer(open_window.pk, "Hola, ¿cuándo te queda bien?", by=superuser)

    jobs.send_from(open_window.sender_id)

    message = Message.objects.get(direction="outbound")
    assert (message.body, message.content) == (
        "Hola, ¿cuándo te queda bien?",
        {"by": superuser.pk},
    )
    assert (simulator.journal[0]["body"], Delivery.objects.count()) == (message.body, 0)


def test_answer_waits_for_no_campaign(open_window, active, fill, simulator):
    Conversation.objects.update(sender=active.sender)
    fill(30)
    answer(open_window.pk, "Aquí estoy.", by=SYSTEM)

    run(active, seconds=5)

    api = [entry for entry in simulator.journal if entry["kind"] == "api"]
    first = min(api, key=lambda entry: entry["asked_at"])
    assert (first["body"], len(api)) == ("Aquí estoy.", 31)


def test_answer_is_refused_outside_the_window(conversation):
    with pytest.raises(CannotAnswer, match="within 24 hours"):
        answer(conversation.pk, "Hola", by=SYSTEM)


def test_answer_by_sms_needs_no_window(conversation):
    Sender.objects.update(channel="sms")

    answer(conversation.pk, "Hola", by=SYSTEM)

    assert Delivery.objects.get().valid_until > timezone.now()


def test_answer_is_refused_when_the_sender_is_switched_off(open_window):
    Sender.objects.update(status="disabled")

    with pytest.raises(CannotAnswer, match="switched off"):
        answer(open_window.pk, "Hola", by=SYSTEM)


def test_an_opt_out_after_the_answer_was_written_keeps_it_back_and_says_so(open_window, simulator):
    answer(open_window.pk, "Hola", by=SYSTEM)
    opt_out(open_window.contact, reason="manual", note="por teléfono")

    jobs.send_from(open_window.sender_id)

    failed = Message.objects.get(direction="outbound")
    assert (failed.status, failed.error_meaning) == ("failed", "opted out")
    assert simulator.journal == []


def test_page_says_why_an_answer_was_kept_back(open_window, boss, simulator):
    answer(open_window.pk, "Hola", by=SYSTEM)
    opt_out(open_window.contact, reason="manual", note="por teléfono")
    jobs.send_from(open_window.sender_id)

    page = page_of(open_window, boss)

    assert '<p class="bubble-problem">opted out</p>' in page


def test_an_answer_that_the_provider_refuses_is_shown_as_failed(open_window, simulate):
    simulate(faults=(Fault("21606", 1.0),))
    answer(open_window.pk, "Hola", by=SYSTEM)

    jobs.send_from(open_window.sender_id)

    failed = Message.objects.get(direction="outbound")
    assert (failed.status, failed.error_code, Delivery.objects.count()) == ("failed", "21606", 0)
    assert failed.account == open_window.sender.account


@pytest.fixture
def second_phone(open_window) -> str:
    """The phone that the person of the conversation wrote from last, beside their first."""
    phone = "+525512345678"
    Address.objects.create(contact=open_window.contact, channel="phone", value=phone)
    Message.objects.create(
        conversation=open_window,
        contact=open_window.contact,
        direction="inbound",
        phone="+5215512345678",
        message_sid="SM" + "7" * 32,
        status="received",
        created_at=timezone.now(),
    )
    return phone


def test_answer_goes_to_the_phone_that_the_person_wrote_from(open_window, second_phone, simulator):
    Contact.objects.filter(pk=open_window.contact_id).block_channel("whatsapp", "63024")

    answer(open_window.pk, "Hola", by=SYSTEM)
    jobs.send_from(open_window.sender_id)

    assert [entry["to"] for entry in simulator.journal] == [f"whatsapp:{second_phone}"]
    assert Message.objects.outbound().get().status != "failed"


def test_answer_to_a_phone_that_the_person_gave_up_goes_to_the_other(
    open_window, second_phone, simulator
):
    answer(open_window.pk, "Hola", by=SYSTEM)
    Address.objects.all().delete()

    jobs.send_from(open_window.sender_id)

    assert [entry["to"] for entry in simulator.journal] == [f"whatsapp:{open_window.contact.phone}"]


def test_page_sends_an_answer_and_shows_it_while_it_waits(open_window, boss):
    page = post_answer(open_window, boss, {"text": " Hola, te llamo. "})

    assertContains(page, "waits to be sent")
    assert Delivery.objects.get().body == "Hola, te llamo."


def test_page_says_why_nobody_can_answer(conversation, boss):
    assert "WhatsApp takes free text only within 24 hours" in page_of(conversation, boss)


def test_page_refuses_an_empty_answer(open_window, boss):
    assert said(post_answer(open_window, boss, {"text": "  "})) == ["Write something first."]


@pytest.mark.only_on("sqlite")  # PostgreSQL's plan for tables of a few rows may be any
def test_waiting_answers_are_found_by_their_person_alone(conversation):
    plan = waiting_answers(conversation).explain()

    assert "deliveries_asked_for" in plan


def test_page_posted_twice_sends_one_answer_and_says_the_same(open_window, boss):
    form = {"text": "Hola, te llamo.", "answer_token": token_of(page_of(open_window, boss))}

    pages = [post_answer(open_window, boss, form) for _click in range(2)]

    assert [said(page) for page in pages] == [[], []]
    assert (Delivery.objects.count(), answers_logged()) == (1, 1)


def test_page_posted_again_after_the_answer_left_sends_nothing_more(open_window, boss, simulator):
    form = {"text": "Hola, te llamo.", "answer_token": token_of(page_of(open_window, boss))}
    post_answer(open_window, boss, form)
    Delivery.objects.update(due_at=timezone.now())
    jobs.send_from(open_window.sender_id)

    post_answer(open_window, boss, form)

    jobs.send_from(open_window.sender_id)
    assert [entry["body"] for entry in simulator.journal] == ["Hola, te llamo."]


def test_page_posted_again_after_the_window_closed_is_still_the_same_answer(open_window, boss):
    form = {"text": "Hola", "answer_token": token_of(page_of(open_window, boss))}
    post_answer(open_window, boss, form)
    Conversation.objects.update(window_expires_at=timezone.now())

    page = post_answer(open_window, boss, form)

    assert said(page) == []


def test_each_page_has_a_token_of_its_own(open_window, boss):
    tokens = {token_of(page_of(open_window, boss)) for _page in range(2)}

    for token in tokens:
        post_answer(open_window, boss, {"text": "Hola", "answer_token": token})

    assert (len(tokens), Delivery.objects.count()) == (2, 2)


def test_another_text_from_the_same_page_is_another_answer(open_window):
    sent = [answer(open_window.pk, text, by=SYSTEM, form_token="t") for text in ("Hola", "Adiós")]

    assert (sent, Delivery.objects.count()) == ([True, True], 2)


def test_an_answer_that_was_refused_can_be_posted_again(conversation):
    with pytest.raises(CannotAnswer):
        answer(conversation.pk, "Hola", by=SYSTEM, form_token="t")
    Sender.objects.update(channel="sms")

    assert answer(conversation.pk, "Hola", by=SYSTEM, form_token="t") is True


def test_an_answer_that_the_provider_refused_can_be_posted_again(open_window, boss, simulate):
    simulate(faults=(Fault("21606", 1.0),))
    form = {"text": "Hola, te llamo.", "answer_token": token_of(page_of(open_window, boss))}
    for _time in range(2):
        page = post_answer(open_window, boss, form)
        assert said(page) == []
        Delivery.objects.update(due_at=timezone.now())
        jobs.send_from(open_window.sender_id)

    assert Message.objects.filter(direction="outbound", status="failed").count() == 2


def test_an_answer_that_was_kept_back_can_be_posted_again(open_window, simulator):
    answer(open_window.pk, "Hola", by=SYSTEM, form_token="t")
    answer(open_window.pk, "Adiós", by=SYSTEM, form_token="t")
    jobs.send_from(open_window.sender_id)
    answer(open_window.pk, "¿Sigues ahí?", by=SYSTEM, form_token="t")
    queue.remove(waiting_answers(open_window), why(NotSent.CANCELLED))

    texts = ("Hola", "Adiós", "¿Sigues ahí?")
    again = [answer(open_window.pk, text, by=SYSTEM, form_token="t") for text in texts]

    assert again == [False, False, True]


def test_answers_without_a_token_are_each_their_own(open_window):
    assert [answer(open_window.pk, "Hola", by=SYSTEM) for _time in range(2)] == [True, True]


def test_posts_are_forgotten_after_a_week(open_window):
    answer(open_window.pk, "Hola", by=SYSTEM, form_token="t")
    posted_at = AnswerPost.objects.get().posted_at

    forgotten = [forget_posts(posted_at + timedelta(days=7, seconds=late)) for late in (0, 1)]

    assert (forgotten, AnswerPost.objects.count()) == ([0, 1], 0)


def page_of(conversation: Conversation, browser: Client) -> str:
    page = browser.get(reverse("admin:inbox"), {"talk": conversation.pk})
    return page.content.decode()


def token_of(page: str) -> str:
    return re.findall(r'name="answer_token" value="([^"]+)"', page)[0]


def post_answer(conversation: Conversation, browser: Client, form: dict[str, str]) -> HttpResponse:
    url = reverse("admin:inbox_answer", args=[conversation.pk])
    return browser.post(url, form, follow=True)


def said(page: HttpResponse) -> list[str]:
    """The messages that a page shows to its reader."""
    return [str(one) for one in page.context["messages"]]


def answers_logged() -> int:
    return Event.objects.filter(action=ConversationAction.ANSWER).count()

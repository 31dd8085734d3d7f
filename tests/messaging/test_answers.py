"""Answers of staff in a conversation, from the button to the log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from messaging.answers import CannotAnswer, answer
from messaging.delivery import jobs
from messaging.models import Conversation, Delivery, Message, Sender
from optouts.operations import opt_out
from tests.sending import run
from waproject.accounts.actors import SYSTEM
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
    assert (failed.status, failed.error_message) == ("failed", "opted out")
    assert simulator.journal == []


def test_an_answer_that_the_provider_refuses_is_shown_as_failed(open_window, simulate):
    simulate(faults=(Fault("21606", 1.0),))
    answer(open_window.pk, "Hola", by=SYSTEM)

    jobs.send_from(open_window.sender_id)

    failed = Message.objects.get(direction="outbound")
    assert (failed.status, failed.error_code, Delivery.objects.count()) == ("failed", "21606", 0)


def test_page_sends_an_answer_and_shows_it_while_it_waits(open_window, boss):
    page = reverse("admin:messaging_conversation_answer", args=[open_window.pk])

    response = boss.post(page, {"answer": " Hola, te llamo. "}, follow=True)

    assertContains(response, "waits to be sent")
    assert Delivery.objects.get().body == "Hola, te llamo."


def test_page_says_why_nobody_can_answer(conversation, boss):
    page = boss.get(reverse("admin:messaging_conversation_change", args=[conversation.pk]))

    assertContains(page, "WhatsApp takes free text only within 24 hours")


def test_page_refuses_an_empty_answer(open_window, boss):
    page = reverse("admin:messaging_conversation_answer", args=[open_window.pk])

    response = boss.post(page, {"answer": "  "}, follow=True)

    assertContains(response, "Write something first.")

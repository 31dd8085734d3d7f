"""Late reports of messages that are no campaign's: what they say of the person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from contacts.models import Address, Contact
from messaging.answers import answer
from messaging.delivery import jobs
from messaging.models import Conversation, Message
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from optouts.models import OptOut
from waproject.accounts.actors import SYSTEM

LATER = "SM" + "2" * 32


@pytest.fixture
def answered(conversation: Conversation, simulator) -> Message:
    """An answer of staff that the provider accepted."""
    conversation.window_expires_at = timezone.now() + timedelta(hours=23)
    conversation.save()
    answer(conversation.pk, "Te llamo mañana.", by=SYSTEM)
    jobs.send_from(conversation.sender_id)
    return Message.objects.outbound().get()


def report(message: Message, status: str, code: str | None = None) -> None:
    apply_status(StatusReport(sid=message.message_sid, status=status, error_code=code))


def person() -> tuple[str, bool]:
    """The contact's status, and whether WhatsApp is blocked for them."""
    return Contact.objects.get().status, Address.objects.blocked().exists()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("63024", ("active", True)),
        ("21211", ("invalid", False)),
        ("21610", ("opted_out", False)),
        ("30008", ("active", False)),
    ],
)
def test_late_failure_of_an_answer_marks_the_person(answered, code, expected):
    report(answered, "undelivered", code)

    assert person() == expected


def test_conversation_shows_the_late_failure_and_why_nobody_can_answer(answered, boss):
    report(answered, "undelivered", "63024")

    page = boss.get(reverse("admin:inbox"), {"talk": answered.conversation_id})

    assertContains(page, "This number is not on WhatsApp")
    assertContains(page, "This person may not be written to")


@pytest.mark.parametrize("code", ["63024", "21211"])
def test_delivery_after_the_failure_takes_the_mark_back(answered, code):
    report(answered, "undelivered", code)

    report(answered, "delivered")

    assert person() == ("active", False)


def test_mark_stays_when_a_later_message_failed_likewise(answered):
    later = Message.objects.create(
        conversation=answered.conversation,
        contact=answered.contact,
        direction="outbound",
        phone=answered.phone,
        message_sid=LATER,
        status="sent",
        created_at=timezone.now() + timedelta(seconds=1),
    )
    report(answered, "failed", "21211")
    report(later, "failed", "21211")

    report(answered, "delivered")

    assert person() == ("invalid", False)


def test_failure_after_the_delivery_says_nothing_of_the_person(answered):
    report(answered, "delivered")

    report(answered, "failed", "21211")

    assert person() == ("active", False)


def test_opt_out_at_the_provider_counts_after_the_delivery_too(answered):
    report(answered, "delivered")

    report(answered, "failed", "21610")

    assert OptOut.objects.get().contact == answered.contact


def test_failure_to_a_former_number_says_nothing_of_the_person(answered):
    Contact.objects.update(phone="+56975400999", phone_key="+56975400999")

    report(answered, "failed", "21211")

    assert person() == ("active", False)

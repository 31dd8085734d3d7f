"""What a restored backup may not do by itself. Campaigns: test_backups, in a process of its own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.answers import answer
from messaging.delivery import jobs
from messaging.models import Conversation, Delivery, Message
from waproject.accounts.actors import SYSTEM
from waproject.ops.holding import hold_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(sender, contact) -> Conversation:
    """A conversation in which the person wrote an hour ago."""
    until = timezone.now() + timedelta(hours=23)
    return Conversation.objects.create(sender=sender, contact=contact, window_expires_at=until)


def test_answer_that_waited_is_not_sent_again_and_says_why(conversation, simulator):
    answer(conversation.pk, "Te espero a las 10.", by=SYSTEM)

    hold_all("Restored from a file.")
    jobs.send_from(conversation.sender_id)

    [logged] = Message.objects.filter(direction="outbound")
    assert (logged.status, logged.content) == (
        "failed",
        {"not_sent": "restored", "not_sent_details": {}},
    )
    assert (simulator.journal, Delivery.objects.count()) == ([], 0)


def test_answer_that_waited_can_be_posted_again_from_its_page(conversation):
    answer(conversation.pk, "Te espero a las 10.", by=SYSTEM, form_token="t")

    hold_all("Restored from a file.")

    assert answer(conversation.pk, "Te espero a las 10.", by=SYSTEM, form_token="t") is True

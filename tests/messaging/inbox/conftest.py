"""Conversations as the inbox has them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from messaging.models import Conversation, Message, Sender
from tests.factories import numbers

Talk = Callable[..., Conversation]


@pytest.fixture
def talk(sender: Sender) -> Talk:
    """`talk("Hola", ago=5)`: a conversation whose person wrote that so many minutes ago."""

    def make(text: str = "Hola", *, ago: float = 1, name: str = "", **fields: Any) -> Conversation:
        number = next(numbers)
        contact = Contact.objects.create(
            phone=f"+5697{number:07}", name=name or f"Persona {number}"
        )
        at = timezone.now() - timedelta(minutes=ago)
        shown = {
            "last_message_at": at,
            "last_message_body": text,
            "last_message_direction": "inbound",
            "last_inbound_at": at,
            "last_inbound_body": text,
            "last_inbound_type": "text",
            "waiting_since": at,
            "round_began_at": at,
            "unread_count": 1,
            "window_expires_at": at + timedelta(hours=24),
        }
        made = Conversation.objects.create(sender=sender, contact=contact, **{**shown, **fields})
        say(made, text, at)
        return made

    return make


def say(talk: Conversation, text: str, at: datetime | None = None, **fields: Any) -> Message:
    """A message in a conversation, of the person unless `direction` says otherwise."""
    values = {"direction": "inbound", "status": "received", **fields}
    return Message.objects.create(
        conversation=talk,
        contact=talk.contact,
        phone=talk.contact.address,
        body=text,
        message_sid=f"SM{next(numbers):032}",
        created_at=at or timezone.now(),
        **values,
    )


def names(browser: Client, **query: Any) -> list[str]:
    """The people in the list, by their names."""
    page = browser.get(reverse("admin:inbox"), query)
    return [row.name for row in page.context["listing"].rows]


def act(browser: Client, name: str, talk: Conversation, **posted: Any) -> Any:
    """Post an act of the inbox as htmx does."""
    url = reverse(f"admin:inbox_{name}", args=[talk.pk])
    return browser.post(url, posted, headers={"HX-Request": "true"})


def page_of(browser: Client, talk: Conversation, **query: Any) -> Any:
    """The page of the inbox with this conversation open."""
    return browser.get(reverse("admin:inbox"), {"talk": talk.pk, **query})


@pytest.fixture
def at_noon(settings):
    settings.TIME_ZONE = "America/Santiago"
    noon = datetime(2026, 11, 26, 15, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        yield noon

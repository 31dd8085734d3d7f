"""Marks of what a page shows: the page asks with those that it has, and hears of another one.

A mark is made of a few indexed reads, without rendering or related rows. It changes once a minute
besides, since waits and windows are told in minutes.
"""

import hashlib
from typing import Any

from django.utils import timezone

from messaging import answers
from messaging.inbox.models import Entry, NextStep
from messaging.inbox.presence import others_there
from messaging.inbox.reading.filters import Filters
from messaging.inbox.reading.shelves import counts, on_shelf, shelf_named
from messaging.inbox.reading.thread import PAGE
from messaging.models import Conversation, Message
from optouts.models import Hold
from waproject.accounts.models import User

_SHOWN = (
    *("pk", "last_inbound_at", "last_message_at", "unread_count", "status", "assignee"),
    *("wants_human", "waiting_since", "contact__status", "contact__name"),
)


def mark_of_list(filters: Filters, reader: User, rows: int) -> tuple[str, dict[str, int]]:
    """The mark of so many rows of the list, and the numbers of the views. Two queries."""
    numbers = counts(reader)
    found = on_shelf(shelf_named(filters.shelf), reader).filter(filters.condition())
    return _mark(list(found.values_list(*_SHOWN)[:rows]), numbers), numbers


def mark_of_talk(talk: Conversation, reader: User) -> str:
    """The mark of the newest messages of a conversation, and of all that stands around them."""
    messages = Message.objects.filter(conversation=talk).order_by("-id")
    entries = Entry.objects.filter(conversation=talk).order_by("-at", "-pk")
    waiting = answers.waiting_answers(talk)
    return _mark(
        list(messages.values_list("pk", "status", "error_code", "campaign_id")[:PAGE]),
        entries.values_list("pk", flat=True).first(),
        list(waiting.values_list("pk", "state")),
        list(Hold.objects.open().filter(contact=talk.contact_id).values_list("pk")),
        list(NextStep.objects.filter(conversation=talk).values_list("due_on", "text")),
        (talk.status, talk.assignee_id, talk.unread_count, talk.window_expires_at, talk.taken_over),
        # Once it shuts, the page hears of it at its next look.
        talk.window_is_open(timezone.now()),
        (talk.contact.status, talk.sender.status),
        others_there(reader, talk.pk),
    )


def _mark(*parts: Any) -> str:
    said = repr((timezone.now().replace(second=0, microsecond=0), parts))
    return hashlib.sha256(said.encode()).hexdigest()[:16]

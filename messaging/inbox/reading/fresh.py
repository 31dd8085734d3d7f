"""Marks of what a page shows: the page asks with those that it has, and hears of another one.

A mark is made of a few indexed reads, without rendering or related rows. It changes once a minute
besides, since waits and windows are told in minutes.
"""

import hashlib
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.utils import timezone

from messaging.inbox.models import Entry
from messaging.inbox.reading.around import Around
from messaging.inbox.reading.filters import Filters
from messaging.inbox.reading.listing import Listing
from messaging.inbox.reading.shelves import counts, on_shelf, shelf_named
from messaging.inbox.reading.thread import PAGE, Bubble
from messaging.inbox.times.targets import LateSince
from messaging.models import Conversation, Message
from waproject.accounts.models import User

_SHOWN = (
    *("pk", "last_inbound_at", "last_message_at", "unread_count", "status", "assignee_id"),
    *("wants_human", "waiting_since", "contact.status", "contact.name"),
)
_COLUMNS = [name.replace(".", "__") for name in _SHOWN]
_OF_MESSAGES = ("pk", "status", "error_code", "campaign_id")


def mark_of_list(
    filters: Filters, reader: User, late: LateSince, rows: int
) -> tuple[str, dict[str, int]]:
    """The mark of so many rows of the list, and the numbers of the views. Two queries."""
    numbers = counts(reader, late)
    found = on_shelf(shelf_named(filters.shelf), reader, late).filter(filters.condition())
    return _mark(list(found.values_list(*_COLUMNS)[:rows]), numbers), numbers


def mark_of_rows(shown: Listing, numbers: dict[str, int]) -> str:
    """The same mark, of rows that were read to be shown."""
    return _mark([attrgetter(*_SHOWN)(row.talk) for row in shown.rows], numbers)


def mark_of_talk(talk: Conversation, around: Around, newest: Sequence[Bubble] | None = None) -> str:
    """The mark of the newest messages of a conversation, and of all that stands around them.

    `newest` are its messages, oldest first, where they were read to be shown.
    """
    entries = Entry.objects.filter(conversation=talk).order_by("-at", "-pk")
    step = around.next_step
    return _mark(
        _newest(talk) if newest is None else _as_rows(newest),
        entries.values_list("pk", flat=True).first(),
        [(one.pk, one.state) for one in around.waiting],
        [one.pk for one in around.held],
        step and (step.due_on, step.text),
        (talk.status, talk.assignee_id, talk.unread_count, talk.window_expires_at, talk.taken_over),
        # Once it shuts, the page hears of it at its next look.
        talk.window_is_open(timezone.now()),
        (talk.contact.status, talk.sender.status),
        around.others,
    )


def _newest(talk: Conversation) -> list[tuple[Any, ...]]:
    messages = Message.objects.filter(conversation=talk).order_by("-id")
    return list(messages.values_list(*_OF_MESSAGES)[:PAGE])


def _as_rows(newest: Sequence[Bubble]) -> list[tuple[Any, ...]]:
    return [attrgetter(*_OF_MESSAGES)(one.message) for one in reversed(newest)]


def _mark(*parts: Any) -> str:
    said = repr((timezone.now().replace(second=0, microsecond=0), parts))
    return hashlib.sha256(said.encode()).hexdigest()[:16]

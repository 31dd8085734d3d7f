"""A page of the list: the conversations of a view, by the moment at which somebody wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contacts.permissions import said_address, shown_text
from contacts.states import ContactStatus
from messaging.inbox.reading.filters import Filters
from messaging.inbox.reading.shelves import BY_MESSAGE, Shelf, on_shelf, shelf_named
from messaging.inbox.times.targets import LateSince
from messaging.models import Channel, Conversation
from messaging.states import MESSAGE_TYPES, Direction
from optouts.models import Hold
from waproject.accounts.models import User
from waproject.core.admin import chips
from waproject.core.text.durations import in_words

PAGE = 25
# A window that closes sooner is marked.
SOON = timedelta(hours=3)
_CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chip:
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list. `said` are the person's last words, `at` when they wrote."""

    talk: Conversation
    name: str
    said: str
    at: datetime | None
    chips: list[Chip]
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows; `further` is the cursor of the next page, "" on the last."""

    rows: list[Row]
    further: str


def listing(
    filters: Filters, reader: User, late: LateSince, *, after: str = "", rows: int = PAGE
) -> Listing:
    """The conversations that are asked for, from the cursor `after` on. At most four queries."""
    shelf = shelf_named(filters.shelf)
    found = on_shelf(shelf, reader, late).filter(filters.condition())
    if where := _read_cursor(after):
        at, pk = where
        way, end = ("gte", "lte") if shelf.oldest_first else ("lte", "gte")
        found = found.filter(**{f"{shelf.order}__{way}": at})
        found = found.exclude(**{shelf.order: at, f"pk__{end}": pk})
    related = found.select_related("contact", "assignee", "sender")
    talks = list(related.prefetch_related("contact__addresses")[: rows + 1])
    shown = talks[:rows]
    further = _cursor(shown[-1], shelf) if len(talks) > rows else ""
    return Listing(rows_of(shown, shelf, late), further)


def rows_of(talks: Sequence[Conversation], shelf: Shelf, late: LateSince) -> list[Row]:
    people = [talk.contact_id for talk in talks]
    held = set(Hold.objects.open().filter(contact__in=people).values_list("contact_id", flat=True))
    return [_row(talk, shelf, talk.contact_id in held, late) for talk in talks]


def _row(talk: Conversation, shelf: Shelf, is_held: bool, late: LateSince) -> Row:
    contact = talk.contact
    goes_by_words = shelf.order != BY_MESSAGE
    said = talk.last_inbound_body if goes_by_words else talk.last_message_body
    kind = MESSAGE_TYPES.get(talk.last_inbound_type, talk.last_inbound_type)
    return Row(
        talk,
        contact.name or said_address(contact.address),
        shown_text(said) or str(kind if goes_by_words else ""),
        talk.last_inbound_at if goes_by_words else talk.last_message_at,
        _chips(talk, is_held, late),
        is_answered=talk.last_message_direction == Direction.OUTBOUND
        and talk.waiting_since is None,
    )


def _chips(talk: Conversation, is_held: bool, late: LateSince) -> list[Chip]:
    """What is to be known before the conversation is opened, the most urgent first."""
    found, now = [], timezone.now()
    if talk.contact.status == ContactStatus.OPTED_OUT:
        found.append(Chip(_("Opted out")))
    elif is_held:
        found.append(Chip(_("Possible opt-out"), chips.BAD))
    if talk.wants_human:
        found.append(Chip(_("Asks for a person"), chips.WARN))
    if talk.status != Conversation.Status.OPEN:
        found.append(Chip(capfirst(talk.get_status_display())))
    if talk.waiting_since and talk.last_inbound_at:
        is_late = late.has_waited_too_long(talk)
        words = _("Late: waits %(time)s") if is_late else _("Waits %(time)s")
        waited = {"time": whole(now - talk.waiting_since)}
        found.append(Chip(words % waited, chips.BAD if is_late else ""))
    if late.should_be_resolved(talk) and talk.round_began_at:
        words = _("Unresolved for %(time)s") % {"time": whole(now - talk.round_began_at)}
        found.append(Chip(words, chips.WARN))
    if window := _window(talk, now):
        found.append(window)
    return found


def _window(talk: Conversation, now: datetime) -> Chip | None:
    """Whether free text can still be written, where that ends or has ended."""
    if talk.sender.channel != Channel.WHATSAPP or talk.last_inbound_at is None:
        return None
    left = (talk.window_expires_at or now) - now
    if left <= timedelta(0):
        return Chip(_("Window closed"))
    if left <= SOON:
        return Chip(_("%(time)s left") % {"time": whole(left)}, chips.WARN)
    return None


def whole(duration: timedelta) -> str:
    """A duration without its seconds: `2 h 5 min`; the day alone from two days on."""
    if duration >= timedelta(days=2):
        return in_words(timedelta(days=duration.days))
    return in_words(timedelta(minutes=max(1, duration // timedelta(minutes=1))))


def _cursor(talk: Conversation, shelf: Shelf) -> str:
    return f"{(getattr(talk, shelf.order) - _EPOCH) // timedelta(microseconds=1)}-{talk.pk}"


def _read_cursor(text: str) -> tuple[datetime, int] | None:
    found = _CURSOR.fullmatch(text)
    return (_EPOCH + timedelta(microseconds=int(found[1])), int(found[2])) if found else None

"""The views of the list, and how many conversations stand in each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.inbox.models import NextStep
from messaging.inbox.times.targets import LateSince
from messaging.models import Conversation
from messaging.models.querysets import ConversationQuerySet, InWork
from messaging.states import ConversationStatus
from optouts.models import Hold
from waproject.accounts.models import User
from waproject.core.db.counting import CountUpTo
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id

# More are not told apart at a glance, and counting them would cost time on every page.
MOST_COUNTED = 100
BY_WORDS, BY_MESSAGE = "last_inbound_at", "last_message_at"
BY_WAIT, BY_ROUND = "waiting_since", "round_began_at"

# Before the first message of all.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_SPOKE = Q(last_inbound_at__isnull=False)
_IN_WORK = Q(InWork())
_NO_SPAM = ~Q(status=ConversationStatus.SPAM)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A view of the list. `of` is its condition for a reader and by what is late now, `order` the
    moment it goes by.

    `is_counted` says whether its number is shown, `kind` where the page offers it: as a tab, as a
    pill below the tabs, or in the menu of what is seldom looked for.
    """

    name: str
    label: Promise
    of: Callable[[User | None, LateSince | None], Q]
    kind: str = "tab"
    order: str = BY_WORDS
    is_counted: bool = True
    # Those who wait longest come first.
    oldest_first: bool = False


def _held(_by: User | None, _late: LateSince | None) -> Q:
    """People with a message that may be an opt-out. Few: so their ids are asked for."""
    return _SPOKE & Q(contact__in=Hold.objects.open().order_by().values("contact"))


def _due(_by: User | None, _late: LateSince | None) -> Q:
    """Conversations whose next step is for today, or was before: also where nobody spoke yet.

    By their ids, which are few: joined, SQLite looks for the step of each conversation.
    """
    due = NextStep.objects.filter(due_on__lte=timezone.localdate()).order_by()
    written = Q(last_message_at__isnull=False)
    return written & _NO_SPAM & Q(pk__in=due.values("conversation"))


def _waits_too_long(_by: User | None, late: LateSince | None) -> Q:
    """Whoever waits longer than the business allows; nobody where it says nothing."""
    return Q(waiting_since__lte=(late or LateSince.now()).answer or _NEVER)


def _overdue(_by: User | None, late: LateSince | None) -> Q:
    """What should have been resolved."""
    return Q(round_began_at__lte=(late or LateSince.now()).resolution or _NEVER)


def _in_status(status: ConversationStatus, label: Promise) -> Shelf:
    return Shelf(
        status.value, label, lambda *_: _SPOKE & Q(status=status), "rare", is_counted=False
    )


_ALL = (
    Shelf(
        "unread",
        pgettext_lazy("conversations", "Unread"),
        lambda *_: _SPOKE & Q(unread_count__gt=0),
    ),
    Shelf(
        "mine",
        pgettext_lazy("conversations", "Mine"),
        lambda by, _late: _SPOKE & _IN_WORK & Q(assignee=by),
    ),
    Shelf(
        "all",
        pgettext_lazy("conversations", "All"),
        lambda *_: _SPOKE & _NO_SPAM,
        is_counted=False,
    ),
    Shelf(
        "unassigned",
        pgettext_lazy("conversations", "Unassigned"),
        lambda *_: _SPOKE & _IN_WORK & Q(assignee__isnull=True),
        "pill",
    ),
    Shelf(
        "asking",
        _("Ask for a person"),
        lambda *_: _SPOKE & _IN_WORK & Q(wants_human=True),
        "pill",
    ),
    Shelf(
        "late",
        pgettext_lazy("conversations", "Late"),
        _waits_too_long,
        "pill",
        BY_WAIT,
        oldest_first=True,
    ),
    Shelf("held", _("Possible opt-outs"), _held, "pill"),
    Shelf("due", _("Next steps of today"), _due, "pill", BY_MESSAGE),
    _in_status(ConversationStatus.PENDING, pgettext_lazy("conversations", "Pending")),
    Shelf(
        "overdue",
        _("Should have been resolved"),
        _overdue,
        "rare",
        BY_ROUND,
        is_counted=False,
        oldest_first=True,
    ),
    _in_status(ConversationStatus.RESOLVED, pgettext_lazy("conversations", "Resolved")),
    _in_status(ConversationStatus.SPAM, pgettext_lazy("conversations", "Spam")),
    Shelf(
        "silent",
        _("Nobody answered yet"),
        lambda *_: Q(last_inbound_at__isnull=True, last_message_at__isnull=False),
        "rare",
        BY_MESSAGE,
        is_counted=False,
    ),
)
SHELVES = {shelf.name: shelf for shelf in _ALL}
FIRST = "unread"


def shelf_named(name: str) -> Shelf:
    """The view of this name; the first one for any other."""
    return SHELVES.get(name) or SHELVES[FIRST]


def on_shelf(
    shelf: Shelf, reader: User | None, late: LateSince | None = None
) -> ConversationQuerySet:
    """The conversations of a view, in its order; of `mine` those of the reader.

    What is late is asked for where the view needs it and `late` is not given.
    """
    rows: ConversationQuerySet = Conversation.objects.filter(shelf.of(reader, late))
    down = "" if shelf.oldest_first else "-"
    return rows.order_by(f"{down}{shelf.order}", f"{down}pk")


def counts(reader: User, late: LateSince) -> dict[str, int]:
    """How many conversations stand in each counted view, up to MOST_COUNTED. One query."""
    columns = {
        shelf.name: CountUpTo(on_shelf(shelf, reader, late), MOST_COUNTED)
        for shelf in SHELVES.values()
        if shelf.is_counted
    }
    business: Any = Tenant.objects.filter(pk=current_tenant_id()).order_by()
    return dict(business.values(**columns)[0])

"""Where the inbox stands in the navigation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.inbox.reading.shelves import MOST_COUNTED
from messaging.models import Conversation
from waproject.core.admin.navigation import SETTINGS, Entry, Link, Place, listed
from waproject.core.db.counting import count_up_to

SEE = ("messaging.view_conversation", "messaging.change_conversation")


def may_see(user: Any) -> bool:
    """Whether the inbox opens for this user."""
    return any(map(user.has_perm, SEE))


def unread(user: Any) -> int:
    """How many conversations this user has to look at, up to MOST_COUNTED."""
    if not may_see(user):
        return 0
    return count_up_to(Conversation.objects.filter(unread_count__gt=0), MOST_COUNTED)


def _page(name: str, label: Any, **query: str) -> Entry:
    return Entry(name, label, (Link("", "admin:inbox", (), tuple(query.items()), label, may_see),))


OUTCOMES = Place(
    SETTINGS, (Entry("outcomes", _("Outcomes of conversations"), (Link("inbox.outcome"),)),)
)
RULES = Place(SETTINGS, (Entry("inbox", _("Inbox"), (Link("inbox.inboxrules"),)),))
CANNED = Place("automation", (Entry("canned", _("Quick answers"), (Link("inbox.cannedanswer"),)),))
INBOX = Place(
    "inbox",
    (
        _page("inbox", _("Conversations")),
        _page("inbox-asking", _("Ask for a person"), view="asking"),
        listed("messaging.conversation", _("As a table")),
    ),
    _("Inbox"),
    "inbox",
    count=unread,
    is_on_phone=True,
)

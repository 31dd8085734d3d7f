"""Reads and single-statement moves of conversations, messages and kept statuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce

from contacts.states import ContactStatus
from messaging.states import (
    ARRIVED,
    ENDS,
    IN_WORK,
    ON_THE_WAY,
    STATUS_TIMES,
    Direction,
    sources_of,
)

if TYPE_CHECKING:
    from messaging.models import Conversation, KeptStatus, Message  # noqa: F401  named in strings

NO_ERROR = {"error_code": None, "error_message": ""}
PREVIEW_LENGTH = 160  # what Conversation.last_message_body has room for


class InWork(Func):
    """Whether a conversation is one that somebody has to look after: neither resolved nor spam.

    Written out, as the indexes of these have it: SQLite takes an index with a condition only where
    it reads the same list, and parameters hide it.
    """

    template = "%(expressions)s IN (" + ", ".join(f"'{status}'" for status in IN_WORK) + ")"
    output_field = models.BooleanField()

    def __init__(self) -> None:
        super().__init__("status")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def unread(self) -> "ConversationQuerySet":
        return self.filter(has_unread=True)

    def in_work(self) -> "ConversationQuerySet":
        """Conversations that somebody has to look after: neither resolved nor spam."""
        return self.filter(InWork())

    def in_window(self, now: datetime) -> "ConversationQuerySet":
        """Conversations in which WhatsApp allows free text now."""
        return self.filter(window_expires_at__gt=now)

    def out_of_window(self, now: datetime) -> "ConversationQuerySet":
        """Conversations in which WhatsApp takes approved templates only."""
        return self.filter(Q(window_expires_at=None) | Q(window_expires_at__lte=now))


class MessageQuerySet(models.QuerySet["Message"]):
    def inbound(self) -> "MessageQuerySet":
        return self.filter(direction=Direction.INBOUND)

    def outbound(self) -> "MessageQuerySet":
        return self.filter(direction=Direction.OUTBOUND)

    def since(self, moment: datetime) -> "MessageQuerySet":
        """Messages that came or went at `moment` or later."""
        return self.filter(created_at__gte=moment)

    def in_earnest(self) -> "MessageQuerySet":
        """Messages to customers and from people: all but tests to one's own number."""
        return self.filter(is_test=False)

    def of_campaign(self, campaign_id: int) -> "MessageQuerySet":
        return self.filter(campaign_id=campaign_id)

    def from_active_people(self) -> "MessageQuerySet":
        """Messages of people who are neither opted out nor known to be invalid."""
        return self.filter(contact__status=ContactStatus.ACTIVE)

    def without_news(self, now: datetime) -> "MessageQuerySet":
        """Messages whose callbacks stay away, and whose turn it is to be asked about."""
        return self.filter(status__in=ON_THE_WAY, poll_at__lte=now)

    def automatic(self) -> "MessageQuerySet":
        """What the system answered by itself to an inbound message."""
        return self.filter(in_reply_to__isnull=False)

    def advance(
        self, to: str, *, at: datetime, error: Mapping[str, Any] | None = None, **fields: Any
    ) -> int:
        """Take note of a status; return how many messages there are.

        One UPDATE: a message that may go to `to` goes there; one that is further already only
        gets the time of that status, when it has none. The first report of a status counts. A
        failure brings its time and the `error` fields, and a delivery takes them away: it is the
        truth, whichever was reported first.
        """
        moves = Q(status__in=sources_of(to))
        taken: dict[str, Any] = {"status": to}
        if to in ENDS:
            taken |= {"failed_at": at, **NO_ERROR, **(error or {})}
        elif to in ARRIVED:
            taken |= {"failed_at": None, **NO_ERROR}
        for name, value in taken.items():
            column = cast("models.Field[Any, Any]", self.model._meta.get_field(name))
            fields[name] = Case(
                When(moves, then=Value(value, output_field=column)), default=F(name)
            )
        if (time := STATUS_TIMES.get(to)) and to not in ENDS:
            fields[time] = Coalesce(F(time), Value(at))
        return self.update(**fields)


class KeptStatusQuerySet(models.QuerySet["KeptStatus"]):
    def due(self, now: datetime) -> "KeptStatusQuerySet":
        """Those whose turn it is to be tried again, oldest first."""
        return self.filter(try_at__lte=now).order_by("id")

    def kept_before(self, moment: datetime) -> "KeptStatusQuerySet":
        return self.filter(received_at__lt=moment)

    def to_be_applied(self) -> "KeptStatusQuerySet":
        """Those that wait for their message; the others say nothing we know."""
        return self.filter(try_at__isnull=False)

    def hurry(self, message_sids: list[str], now: datetime) -> int:
        """Let the next tick try the statuses of messages that have just appeared."""
        # Hardly ever is one kept, and a long list is work for the database even then.
        if not self.exists():
            return 0
        waiting = self.to_be_applied().filter(message_sid__in=message_sids)
        return waiting.update(try_at=now)

"""How much a sender is used: the figures of vw_whatsapp_metrics."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from messaging.delivery.timing.allowance import DAY, Allowance, allowance
from messaging.models import Conversation, Message, Opening, Sender
from messaging.states import Direction
from waproject.core.db.counting import count_up_to

SINCE = timedelta(days=30)
# More are not told apart: to count a hundred thousand messages takes a second.
MOST = 10_000


@dataclass(frozen=True)
class Metrics:
    """Of the last 30 days, but `open`, which is now. Each counts up to MOST."""

    conversations: int
    sent: int
    received: int
    open: int


def metrics_of(sender: Sender) -> Metrics:
    """Four queries. Tests to one's own number are not counted."""
    since = timezone.now() - SINCE
    talks = Conversation.objects.filter(sender=sender)
    rows = Message.objects.in_earnest().since(since).filter(conversation__sender=sender)
    return Metrics(
        count_up_to(talks.filter(created_at__gte=since), MOST),
        count_up_to(rows.filter(direction=Direction.OUTBOUND), MOST),
        count_up_to(rows.filter(direction=Direction.INBOUND), MOST),
        count_up_to(talks.filter(status=Conversation.Status.OPEN), MOST),
    )


@dataclass(frozen=True)
class Use:
    """How many people were written to first in the last 24 hours, and how many may be."""

    used: int
    allowed: Allowance

    @property
    def percent(self) -> int:
        people = self.allowed.people
        if people is None:
            return 0
        return min(100, round(100 * self.used / people)) if people else 100


def use_of(sender: Sender) -> Use:
    now = timezone.now()
    used = Opening.objects.filter(sender=sender, at__gt=now - DAY).count()
    return Use(used, allowance(sender, now))

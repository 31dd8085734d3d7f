"""Within which time people are to be answered, and conversations resolved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from messaging.delivery.hours import Hours
from messaging.inbox.models import InboxRules
from messaging.inbox.times.clock import Clock
from messaging.models import Conversation

# No business is closed for longer than the open time of a target is looked for.
LOOKED_BACK = timedelta(days=400)
ALWAYS = Hours()


@dataclass(frozen=True, slots=True)
class Targets:
    """The times allowed, in open hours of the business; None where it set none."""

    answer: timedelta | None = None
    resolution: timedelta | None = None
    hours: Hours = ALWAYS

    def clock(self, since: datetime, until: datetime) -> Clock:
        return Clock(self.hours, [timezone.get_current_timezone()], since, until)

    def late_since(self, allowed: timedelta | None, now: datetime) -> datetime | None:
        """Whoever waits since this moment or longer waits longer than `allowed`.

        None where nothing is allowed, and while the open time before now is shorter.
        """
        if allowed is None:
            return None
        if self.hours.always_open:
            return now - allowed
        back = allowed + timedelta(days=1)
        while back < LOOKED_BACK:
            if since := self.clock(now - back, now).since_when(allowed):
                return since
            back *= 2
        return None


def targets() -> Targets:
    """Those of the business. One query."""
    rules = InboxRules.objects.first()
    if rules is None:
        return Targets()
    return Targets(
        timedelta(minutes=rules.answer_within) if rules.answer_within else None,
        timedelta(hours=rules.resolve_within) if rules.resolve_within else None,
        Hours(rules.opens, rules.closes, rules.days),
    )


@dataclass(frozen=True, slots=True)
class LateSince:
    """Whoever waits since these moments is late: for an answer, for the resolution."""

    answer: datetime | None
    resolution: datetime | None

    @classmethod
    def now(cls) -> "LateSince":
        """By the targets of the business. One query."""
        aims, now = targets(), timezone.now()
        return cls(aims.late_since(aims.answer, now), aims.late_since(aims.resolution, now))

    def has_waited_too_long(self, talk: Conversation) -> bool:
        """Whether its person should have been answered by now."""
        return bool(self.answer and talk.waiting_since and talk.waiting_since <= self.answer)

    def should_be_resolved(self, talk: Conversation) -> bool:
        began = talk.round_began_at
        return bool(self.resolution and began and began <= self.resolution)

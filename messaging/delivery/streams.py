"""Whose turn it is: the streams of a sender by priority, and equal shares among equals."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import OuterRef, Subquery

from messaging.delivery.models import Delivery, DeliveryStream
from messaging.delivery.states import StreamState

# A stream with a pace of its own gets the slots of its line that lie within so many seconds: a
# claim comes more often than that, so that no slot is missed.
PACE_HORIZON_SECONDS = 2.0
# From a claim to the request it takes about this long: a slot that is nearer would be late, and the
# next one, in time, would come too close behind it.
PACE_LEAD_SECONDS = 0.25


@dataclass(eq=False)
class Turn:
    """One stream whose deliveries are due, and how many of them it may send now (`room`)."""

    stream: DeliveryStream
    room: int
    taken: int = 0
    is_drained: bool = False

    @property
    def left(self) -> int:
        return 0 if self.is_drained else self.room - self.taken


def due_turns(sender_id: int, now: datetime, *, better_than: int | None = None) -> list[Turn]:
    """The open streams of a sender that have something due and a free slot of their own pace.

    `better_than` leaves out those of this priority and of worse ones.
    """
    first = Delivery.objects.waiting().filter(stream=OuterRef("pk"), due_at__lte=now)
    streams = DeliveryStream.objects.filter(sender=sender_id, state=StreamState.OPEN).annotate(
        first_due=Subquery(first.order_by("due_at", "pk").values("due_at")[:1])
    )
    if better_than is not None:
        streams = streams.filter(priority__lt=better_than)
    turns = (Turn(one, pace_room(one, now)) for one in streams if one.first_due is not None)
    return [turn for turn in turns if turn.room]


def pace_room(stream: DeliveryStream, now: datetime) -> int:
    """How many of a stream may be claimed now by its own pace; any number without one."""
    if stream.per_hour is None:
        return 1_000_000
    ahead = now.timestamp() + PACE_HORIZON_SECONDS - line_of(stream, now)
    return max(0, math.floor(ahead * stream.per_hour / 3_600) + 1) if ahead >= 0 else 0


def line_of(stream: DeliveryStream, now: datetime) -> float:
    """The first free slot of a stream's own line, in seconds since 1970."""
    return max(stream.next_slot, now.timestamp() + PACE_LEAD_SECONDS)


def shares(turns: Sequence[Turn], limit: int) -> Iterator[tuple[Turn, int]]:
    """Each turn with the most it may take now; the caller notes in `taken` what it took.

    Best priority first. Of equal priority each gets an equal part of what is left; what one leaves
    goes to those after it, and in a second round to all. Those come first that may take little, and
    then whose last turn is longest ago.
    """
    in_order = sorted(turns, key=lambda one: (one.stream.priority, one.room, one.stream.served_at))
    for _priority, several in groupby(in_order, key=attrgetter("stream.priority")):
        equals = list(several)
        for _round in range(2):
            wanting = [one for one in equals if one.left > 0]
            for position, turn in enumerate(wanting):
                rest = limit - sum(one.taken for one in turns)
                if rest <= 0:
                    return
                part = math.ceil(rest / (len(wanting) - position))
                yield turn, min(part, turn.left)


def note_served(turns: Sequence[Turn], now: datetime) -> None:
    """Write down who had a turn, where several compete; who took more comes later next time.

    So what did not divide evenly goes to others in the next claim.
    """
    for position, turn in enumerate(sorted(turns, key=lambda one: one.taken)):
        if turn.taken:
            served_at = now.timestamp() + position / 1_000_000
            DeliveryStream.objects.filter(pk=turn.stream.pk).update(served_at=served_at)


def take_pace_slots(stream: DeliveryStream, count: int, now: datetime) -> list[float] | None:
    """The moments at which `count` claimed deliveries may leave by the stream's pace.

    In seconds since 1970; zeros without a pace; None when another worker took slots meanwhile.
    """
    if stream.per_hour is None or not count:
        return [0.0] * count
    line, gap = line_of(stream, now), 3_600 / stream.per_hour
    ours = DeliveryStream.objects.filter(pk=stream.pk, next_slot=stream.next_slot)
    if not ours.update(next_slot=line + count * gap):
        return None
    return [line + position * gap for position in range(count)]

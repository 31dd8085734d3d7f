"""Whose turn it is: the streams of a sender by priority, and equal shares among equals."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heapreplace
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TypeVar

from django.db.models import OuterRef, Subquery

from messaging.delivery.models import Delivery, DeliveryStream
from messaging.delivery.states import StreamState
from messaging.delivery.timing.pace import pace_room

T = TypeVar("T")


@dataclass(eq=False)
class Turn:
    """One stream whose deliveries are due, and how many of them it may send now (`room`).

    `begins_at` is how many of it were served beside its equals, as this claim counts it.
    """

    stream: DeliveryStream
    room: int
    begins_at: int = 0
    taken: int = 0
    is_drained: bool = False

    @property
    def served(self) -> int:
        return self.begins_at + self.taken

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


def shares(turns: Sequence[Turn], limit: int) -> Iterator[tuple[Turn, int]]:
    """Each turn with the most it may take now; the caller notes in `taken` what it took.

    Best priority first. Equals are brought to the same number of served, as far as `limit` and
    their rooms allow; what one leaves goes to the others in a second round.
    """
    in_order = sorted(turns, key=attrgetter("stream.priority"))
    for _priority, several in groupby(in_order, key=attrgetter("stream.priority")):
        equals = list(several)
        level_newcomers(equals)
        for _round in range(2):
            rest = limit - sum(one.taken for one in turns)
            yield from _level(equals, rest)


def level_newcomers(equals: Sequence[Turn]) -> None:
    """Let each begin at most one behind the one that was served most.

    A stream that had nothing due, or was alone meanwhile, has nothing to catch up.
    """
    least = max(one.stream.served for one in equals) - 1
    for one in equals:
        one.begins_at = max(one.stream.served, least)


def _level(equals: Sequence[Turn], rest: int) -> list[tuple[Turn, int]]:
    """Each turn that gets some of `rest`, given one by one to whoever was served least."""
    parts: Counter[Turn] = Counter()
    heap = [(one.served, place) for place, one in enumerate(equals) if one.left > 0]
    heapify(heap)
    while rest > 0 and heap:
        _served, place = heap[0]
        turn = equals[place]
        # Alone it gets all at once: the usual case, and that of a thousand at a time.
        part = 1 if len(heap) > 1 else min(rest, turn.left - parts[turn])
        parts[turn] += part
        rest -= part
        if parts[turn] < turn.left:
            heapreplace(heap, (turn.served + parts[turn], place))
        else:
            heappop(heap)
    return [(one, parts[one]) for one in equals if parts[one]]


def in_turns(taken: Mapping[Turn, Sequence[T]]) -> list[T]:
    """What each turn took, best priority first, equals by turns: so they leave evenly mixed."""
    if len(taken) == 1:
        return [one for several in taken.values() for one in several]
    placed = [
        (turn.stream.priority, turn.begins_at + number, one)
        for turn, several in taken.items()
        for number, one in enumerate(several)
    ]
    return [one for _priority, _place, one in sorted(placed, key=itemgetter(0, 1))]


def note_served(taken: Mapping[Turn, Sequence[object]]) -> None:
    """Write down how many of each stream were claimed."""
    for turn, several in taken.items():
        if several:
            served = turn.begins_at + len(several)
            DeliveryStream.objects.filter(pk=turn.stream.pk).update(served=served)

"""A stream's own pace: its line of slots, from which a claim takes those that come next."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from messaging.delivery.models import DeliveryStream

# A stream with a pace of its own gets the slots of its line that lie within so many seconds: a
# claim comes more often than that, so that no slot is missed.
PACE_HORIZON_SECONDS = 2.0
# From a claim to the request it takes about this long: a slot that is nearer would be late, and the
# next one, in time, would come too close behind it.
PACE_LEAD_SECONDS = 0.25
# Slots that differ by less are one: they were computed in different ways.
_SAME_SECONDS = 0.001


def pace_room(stream: DeliveryStream, now: datetime) -> int:
    """How many of a stream may be claimed now by its own pace; any number without one."""
    if stream.per_hour is None:
        return 1_000_000
    ahead = now.timestamp() + PACE_HORIZON_SECONDS - line_of(stream, now)
    return max(0, math.floor(ahead * stream.per_hour / 3_600) + 1) if ahead >= 0 else 0


def line_of(stream: DeliveryStream, now: datetime) -> float:
    """The first free slot of a stream's own line, in seconds since 1970."""
    return max(stream.next_slot, now.timestamp() + PACE_LEAD_SECONDS)


def pace_opens_at(stream: DeliveryStream, now: datetime) -> datetime:
    """When a stream may claim next by its own pace; `now` at the least."""
    if stream.per_hour is None or stream.next_slot <= now.timestamp() + PACE_HORIZON_SECONDS:
        return now
    return datetime.fromtimestamp(stream.next_slot - PACE_HORIZON_SECONDS, UTC)


def take_slots(stream: DeliveryStream, count: int, now: datetime) -> list[float] | None:
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


def give_back_slots(unused: Iterable[tuple[DeliveryStream, float]]) -> None:
    """Free the last slots that were taken of each line, for the next claim.

    Slots before one that was used stay taken, and so do all of them when more were taken since.
    """
    by_stream = sorted(((one.pk, slot, one) for one, slot in unused if slot), key=itemgetter(0, 1))
    for pk, several in groupby(by_stream, key=itemgetter(0)):
        *_others, (_pk, last, stream) = slots = list(several)
        if stream.per_hour is None:
            continue
        gap = 3_600 / stream.per_hour
        first = _begin_of_row([slot for _pk, slot, _stream in slots], gap)
        end = (last + gap - _SAME_SECONDS, last + gap + _SAME_SECONDS)
        DeliveryStream.objects.filter(pk=pk, next_slot__range=end).update(next_slot=first)


def _begin_of_row(slots: list[float], gap: float) -> float:
    """The first of those slots that follow each other without a gap up to the last."""
    first = slots[-1]
    for slot in reversed(slots[:-1]):
        if first - slot > gap + _SAME_SECONDS:
            break
        first = slot
    return first

"""When something of a sender, or of one stream, comes due next."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min
from django.utils import timezone

from messaging.delivery.models import Delivery, DeliveryQuerySet, DeliveryStream, Lane
from messaging.delivery.states import StreamState
from messaging.delivery.timing.daily_limit import free_of_charge
from messaging.delivery.timing.pace import pace_opens_at
from messaging.delivery.timing.slots import line_opens_at


def next_moment(sender_id: int, stream: DeliveryStream | None = None) -> datetime | None:
    """When something comes due next; None when nothing will by itself.

    Of one open stream of the sender, if it is named.
    """
    lane = Lane.objects.select_related("sender").filter(pk=sender_id).first()
    if lane is None:
        return None
    open_ones = DeliveryStream.objects.filter(sender=sender_id, state=StreamState.OPEN)
    if stream is not None:
        open_ones = open_ones.filter(pk=stream.pk)
    now = timezone.now()
    moments = [*_turns(lane, list(open_ones), now), *_questions(sender_id, stream)]
    return min(moments, default=None)


def _turns(lane: Lane, streams: list[DeliveryStream], now: datetime) -> Iterator[datetime]:
    """When each stream's next delivery may be claimed."""
    line = line_opens_at(lane.sender, now)
    room_at = lane.room_at if lane.waits_for_room(now) else None
    for stream in streams:
        chance = max(line, pace_opens_at(stream, now))
        waiting = Delivery.objects.waiting().filter(stream=stream.pk)
        since = [max(chance, room_at or now)]
        rows = [waiting]
        if room_at:
            since.append(chance)
            rows.append(waiting.filter(contact__in=free_of_charge(lane.sender, now)))
        for those, moment in zip(rows, since, strict=True):
            if (due := _first_due(those, moment)) is not None:
                yield due


def _first_due(waiting: DeliveryQuerySet, since: datetime) -> datetime | None:
    """When the first of the waiting comes due, not before `since`."""
    first = waiting.order_by("due_at", "pk").values_list("due_at", flat=True).first()
    return None if first is None else max(first, since)


def _questions(sender_id: int, stream: DeliveryStream | None) -> Iterator[datetime]:
    """When the provider may be asked about the first of the uncertain."""
    doubtful = Delivery.objects.uncertain().filter(stream__sender=sender_id)
    if stream is not None:
        doubtful = doubtful.filter(stream=stream.pk)
    ask_at = doubtful.aggregate(at=Min("lease_until"))["at"]
    if ask_at is not None:
        yield ask_at


def streams_without_work(sender_id: int) -> list[DeliveryStream]:
    """The streams of a sender, not ended, that have no delivery in any state."""
    rows = DeliveryStream.objects.filter(sender=sender_id).exclude(state=StreamState.ENDED)
    return list(rows.filter(deliveries__isnull=True))

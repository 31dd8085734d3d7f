"""The rate of a sender, shared by every worker on every machine."""

import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Greatest

from messaging.models import Sender
from waproject.core.db.durability import need_not_survive_a_crash

# A sender's line is far when its next free slot is further away than this: more than a worker on a
# fast sender ever reserves ahead. Nobody claims then until FAR_AHEAD before that slot.
FAR_SECONDS = 3.0
FAR_AHEAD_SECONDS = 1.0


@transaction.atomic
def reserve(sender_id: int, count: int, *, horizon: float, lead: float = 0.0) -> float | None:
    """Reserve `count` slots on the sender's time line; return when the first begins.

    Seconds since 1970; slot i begins i / rate later. None when the line is taken for the next
    `horizon` seconds: nothing is reserved then, so that no slot is wasted.
    The first slot is never nearer than `lead` seconds: so much there is to do before it.
    """
    need_not_survive_a_crash()
    begin = Greatest(F("next_slot"), Value(time.time() + lead, FloatField()))
    length = Value(float(count), FloatField()) / F("rate")
    sender = Sender.objects.filter(pk=sender_id)
    free = sender.filter(next_slot__lte=time.time() + horizon)
    if not free.update(next_slot=begin + length):
        return None
    end, rate = sender.values_list("next_slot", "rate").get()
    return end - count / rate


def is_line_far(sender: Sender, now: datetime) -> bool:
    """Whether nobody may claim yet, as the sender's next free slot is so far away."""
    return line_opens_at(sender, now) > now


def line_opens_at(sender: Sender, now: datetime) -> datetime:
    """When a worker may claim next by the sender's line, as it was read; `now` at the least."""
    if sender.next_slot <= now.timestamp() + FAR_SECONDS:
        return now
    return datetime.fromtimestamp(sender.next_slot - FAR_AHEAD_SECONDS, UTC)


def is_far(sender_id: int, now: datetime) -> bool:
    """Whether the sender's line opens later than a worker waits for it."""
    sender = Sender.objects.get(pk=sender_id)
    patience = timedelta(seconds=FAR_SECONDS - FAR_AHEAD_SECONDS)
    return line_opens_at(sender, now) > now + patience

"""The rate of a sender, shared by every worker on every machine."""

import time

from django.db import transaction
from django.db.models import F, FloatField, Value
from django.db.models.functions import Greatest

from messaging.models import Sender


@transaction.atomic
def reserve(sender_id: int, count: int, *, horizon: float) -> float | None:
    """Reserve `count` slots on the sender's time line; return when the first begins.

    Seconds since 1970; slot i begins i / rate later. None when the line is taken for the next
    `horizon` seconds: nothing is reserved then, so no slot is wasted by who cannot wait for it.
    """
    now = time.time()
    length = Value(float(count), FloatField()) / F("rate")
    moved = Sender.objects.filter(pk=sender_id, next_slot__lte=now + horizon).update(
        next_slot=Greatest(F("next_slot"), Value(now, FloatField())) + length
    )
    if not moved:
        return None
    end, rate = Sender.objects.values_list("next_slot", "rate").get(pk=sender_id)
    return end - count / rate

"""The daily limit of a sender: how many people the business may write to first in 24 hours.

WhatsApp counts the unique people to whom a message goes outside an open window. Opening keeps the
last such moment of each sender and person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from messaging.models import Conversation, Opening, Sender

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may be written to now, and when there is room for the rest; None when all may."""

    admitted: set[int]
    room_at: datetime | None = None


def admit(sender: Sender, contact_ids: Iterable[int], now: datetime) -> Admission:
    """Count these people against the sender's limit, in their order and the caller's transaction.

    Who has an open window, or is counted already, costs nothing. The sender's row stays locked
    until the transaction ends, so that all workers together never admit more than the limit.
    """
    wanted = list(contact_ids)
    if sender.daily_limit is None or not wanted:
        return Admission(set(wanted))
    list(Sender.objects.select_for_update(no_key=True).filter(pk=sender.pk))
    openings = Opening.objects.filter(sender=sender, at__gt=now - DAY)
    windows = Conversation.objects.filter(sender=sender, contact__in=wanted).in_window(now)
    costs_nothing = {
        *windows.values_list("contact_id", flat=True),
        *openings.filter(contact__in=wanted).values_list("contact_id", flat=True),
    }
    first = [pk for pk in wanted if pk not in costs_nothing]
    admitted = first[: max(0, sender.daily_limit - openings.count())]
    Opening.objects.bulk_create(
        [Opening(sender=sender, contact_id=pk, at=now) for pk in admitted],
        update_conflicts=True,
        unique_fields=["sender", "contact"],
        update_fields=["at"],
    )
    over = len(first) - len(admitted)
    return Admission(costs_nothing.union(admitted), _room_at(sender, over, now) if over else None)


def _room_at(sender: Sender, people: int, now: datetime) -> datetime:
    """When so many places are free, or all of them; a day from now for a limit of none."""
    openings = Opening.objects.filter(sender=sender, at__gt=now - DAY).order_by("at")
    oldest = list(openings.values_list("at", flat=True)[:people])
    return (oldest[-1] if oldest else now) + DAY

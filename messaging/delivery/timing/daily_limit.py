"""The daily limit of a sender: how many people the business may write to first in 24 hours.

WhatsApp counts the unique people to whom a message goes outside an open window. Opening keeps the
last such moment of each sender and person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from messaging.delivery.timing.allowance import DAY, allowance
from messaging.models import Conversation, Opening, Sender

# Longer than this, in days, no forecast means anything.
LOOKED_AHEAD = 366


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may be written to now, and when there is room for the rest; None when all may."""

    admitted: set[int]
    room_at: datetime | None = None


def admit(sender: Sender, contact_ids: Iterable[int], now: datetime) -> Admission:
    """Count these people against the sender's limit, in their order and the caller's transaction.

    Who has an open window, or is counted already, costs nothing. The sender's row stays locked
    until the transaction ends, so that all workers together never admit more than the limit, and
    whoever changes the limit does so before it is read or after `room_at` is written.
    """
    wanted = list(contact_ids)
    if allowance(sender, now).people is None or not wanted:
        return Admission(set(wanted))
    sender = Sender.objects.select_for_update(no_key=True).get(pk=sender.pk)
    allowed = allowance(sender, now)
    if allowed.people is None:
        return Admission(set(wanted))
    windows = Conversation.objects.filter(sender=sender, contact__in=wanted).in_window(now)
    counted = _counted(sender, now).filter(contact__in=wanted)
    costs_nothing = {
        *windows.values_list("contact_id", flat=True),
        *counted.values_list("contact_id", flat=True),
    }
    first = [pk for pk in wanted if pk not in costs_nothing]
    used = _counted(sender, now).count()
    admitted = first[: max(0, allowed.people - used)]
    Opening.objects.bulk_create(
        [Opening(sender=sender, contact_id=pk, at=now) for pk in admitted],
        update_conflicts=True,
        unique_fields=["sender", "contact"],
        update_fields=["at"],
    )
    if admitted and sender.warm_up and sender.warm_up_since is None:
        Sender.objects.filter(pk=sender.pk, warm_up_since=None).update(warm_up_since=now)
    over = len(first) - len(admitted)
    if not over:
        return Admission(costs_nothing.union(admitted))
    # A limit that has become smaller leaves more people counted than it has places.
    free_at = _free_at(sender, over + max(0, used - allowed.people), now)
    room_at = min(filter(None, (free_at, allowed.changes_at)))
    return Admission(costs_nothing.union(admitted), room_at)


def _free_at(sender: Sender, people: int, now: datetime) -> datetime:
    """When so many places are free, or all of them; a day from now for a limit of none."""
    oldest = list(_counted(sender, now).order_by("at").values_list("at", flat=True)[:people])
    return (oldest[-1] if oldest else now) + DAY


def free_of_charge(sender: Sender, now: datetime) -> "QuerySet[Any, int]":
    """The contacts who cost nothing of the sender's limit now: in an open window, or counted."""
    windows = Conversation.objects.filter(sender=sender).in_window(now).order_by()
    return windows.values_list("contact_id", flat=True).union(
        _counted(sender, now).values_list("contact_id", flat=True)
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a sender's limit does to people who are to be written to first.

    There is room for `free` of them at the start; `last_at` is when there is room for the last one,
    None when there never is. `days` are the stretches of 24 hours on which messages leave.
    `grown` is for how many there is room in all by the begin of each of them, while a warm-up plan
    allows more from day to day; without one it is empty, and each further day has room for `limit`.
    """

    people: int
    limit: int
    free: int
    days: int
    last_at: datetime | None
    grown: tuple[int, ...] = ()

    def reached_within(self, time: timedelta) -> int:
        """How many of them are written to within `time` of the start, at the least."""
        days = time // DAY
        if self.grown:
            return min(self.people, self.grown[min(days, len(self.grown) - 1)])
        return min(self.people, self.free + self.limit * days)


def forecast(sender: Sender, people: int, start: datetime) -> Forecast | None:
    """What the sender's limit does to `people` who are to be written to first from `start` on.

    None when there is room for all of them at once. Others who write from the same sender meanwhile
    are not foreseen.
    """
    allowed = allowance(sender, start)
    if allowed.people is None:
        return None
    limit, used = allowed.people, _counted(sender, start).count()
    free = max(0, limit - used)
    waiting = people - free
    if waiting <= 0:
        return None
    if allowed.changes_at is not None:
        return _grown(sender, people, start, limit, free)
    if not limit:
        return Forecast(people, limit, free, days=0, last_at=None)
    # A place comes free a day after it was taken, and is taken again at once: so the places come
    # round in one order, first those taken before the start.
    rounds, place = divmod(waiting - 1, limit)
    before = _counted(sender, start).order_by("at").values_list("at", flat=True)
    taken_at = before[max(0, used - limit) + place :].first() or start
    return Forecast(people, limit, free, days=rounds + 2, last_at=taken_at + DAY * (rounds + 1))


def _grown(sender: Sender, people: int, start: datetime, limit: int, free: int) -> Forecast:
    """The forecast while the warm-up plan allows more from day to day."""
    grown = [free]
    while grown[-1] < people and len(grown) <= LOOKED_AHEAD:
        room = allowance(sender, start + len(grown) * DAY, begun_at=start).people
        grown.append(people if room is None else grown[-1] + room)
    last_at = None if grown[-1] < people else start + (len(grown) - 1) * DAY
    return Forecast(people, limit, free, days=len(grown), last_at=last_at, grown=tuple(grown))


def _counted(sender: Sender, now: datetime) -> "QuerySet[Opening]":
    """The people who take a place of the sender's limit now."""
    return Opening.objects.filter(sender=sender, at__gt=now - DAY)

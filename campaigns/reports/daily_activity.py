"""What was sent on each day and what became of it, beside what was received."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Annotated

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models import Recipient
from campaigns.reports.columns import Column
from campaigns.summaries.days import (
    PART,
    DayCount,
    Days,
    daily_counts,
    day_of_part,
    days_of,
    is_counted,
)
from campaigns.tracking.funnel import REACHED, percent
from messaging.models import Message
from messaging.states import Direction
from waproject.core.days import days_back, start_of
from waproject.core.db.expressions import AmongCodes, PartOfTime

# A page reads so many messages of the log at most, besides those of its latest day.
MOST_READ = 100_000


@dataclass(frozen=True)
class DayActivity:
    """The messages of one day. A day without any has no row.

    `sent` counts all that left on that day, those that failed later included; `delivered`, `read`
    and `failed` are what became of them (read implies delivered), the rates in percent of `sent`,
    None where nothing was. `replied` counts the people to whom a campaign wrote on that day and who
    answered it, on whatever day. `received` counts all that came in.
    """

    date: Annotated[dt.date, Column(_("day"))]
    sent: Annotated[int, Column(pgettext_lazy("people", "sent"))] = 0
    delivered: Annotated[int, Column(pgettext_lazy("people", "delivered"))] = 0
    delivered_rate: Annotated[float | None, Column(_("delivered %"))] = None
    read: Annotated[int, Column(pgettext_lazy("people", "read"))] = 0
    read_rate: Annotated[float | None, Column(_("read %"))] = None
    replied: Annotated[int, Column(pgettext_lazy("people", "replied"))] = 0
    failed: Annotated[int, Column(pgettext_lazy("people", "failed"))] = 0
    received: Annotated[int, Column(pgettext_lazy("people", "received"))] = 0


def daily_activity(
    *,
    campaign_id: int | None = None,
    days: int = 30,
    limit: int | None = None,
    zone: tzinfo | None = None,
) -> list[DayActivity]:
    """The days since the midnight `days` ago on which something was sent or received; latest first.

    A day is a calendar day of `zone`, else of the project. With a campaign: only its own messages.
    Four queries at most: past days of the business were counted before (campaigns.summaries).
    """
    first = timezone.localdate(timezone=zone) - timedelta(days=days)
    if campaign_id is None and zone is None:
        counted = daily_counts(first)
    else:
        counted = _logged(days_back(days, zone=zone), campaign_id, zone)
    replied = _replied(start_of(first, zone=zone), campaign_id, zone)
    latest_first = sorted({day for day, _direction in counted} | replied.keys(), reverse=True)
    return [_row(day, counted, replied[day]) for day in latest_first[:limit]]


def days_soon(
    *,
    campaign_id: int | None = None,
    days: int = 30,
    limit: int | None = None,
    zone: tzinfo | None = None,
) -> int:
    """How many of these days can be counted while somebody waits: fewer of a long log.

    What was counted before is soon read. Else MOST_READ messages are read, and the whole of today.
    """
    today = timezone.localdate(timezone=zone)
    if campaign_id is None and zone is None and is_counted(today - timedelta(days=days)):
        return days
    messages = Message.objects.since(days_back(days, zone=zone)).order_by("-created_at")
    if campaign_id is not None:
        messages = messages.of_campaign(campaign_id).order_by("-pk")  # as its index has them
    beyond = list(messages.values_list("created_at", flat=True)[MOST_READ : MOST_READ + 1])
    if not beyond:
        return days
    whole = timezone.localdate(beyond[0], timezone=zone) + timedelta(days=1)
    return max((today - whole).days, 0)


def _logged(since: dt.datetime, campaign_id: int | None, zone: tzinfo | None) -> Days:
    """What the log says of each day and direction."""
    messages = Message.objects.since(since)
    if campaign_id is not None:
        messages = messages.of_campaign(campaign_id)
    return days_of(messages, zone=zone)


def _replied(since: dt.datetime, campaign_id: int | None, zone: tzinfo | None) -> Counter[dt.date]:
    """How many of those to whom campaigns wrote on a day have answered. One query."""
    # As the index of those who replied has it.
    people = Recipient.objects.filter(AmongCodes("status", REACHED["replied"]), sent_at__gte=since)
    if campaign_id is not None:
        people = people.filter(campaign=campaign_id)
    parts = people.order_by().values_list(PartOfTime("sent_at", PART)).annotate(Count("pk"))
    found: Counter[dt.date] = Counter()
    for part, count in parts:
        found[day_of_part(part, zone)] += count
    return found


def _row(day: dt.date, counted: Days, replied: int) -> DayActivity:
    sent = counted.get((day, Direction.OUTBOUND.value), DayCount())
    received = counted.get((day, Direction.INBOUND.value), DayCount())
    return DayActivity(
        day,
        sent=sent.messages,
        delivered=sent.delivered,
        delivered_rate=percent(sent.delivered, sent.messages),
        read=sent.read,
        read_rate=percent(sent.read, sent.messages),
        replied=replied,
        failed=sent.failed,
        received=received.messages,
    )

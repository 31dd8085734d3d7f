"""How many messages came and went each day."""

import datetime as dt
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Annotated

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.reports.columns import Column
from campaigns.summaries.days import daily_counts
from messaging.models import Message
from messaging.states import Direction
from waproject.core.days import days_back


@dataclass(frozen=True)
class DayActivity:
    """The messages of one day in one direction. A day without any has no row."""

    date: Annotated[dt.date, Column(_("day"))]
    direction: Annotated[Direction, Column(_("direction"))]
    message_count: Annotated[int, Column(_("messages"))]


def daily_activity(
    *,
    campaign_id: int | None = None,
    days: int = 30,
    limit: int | None = None,
    zone: tzinfo | None = None,
) -> list[DayActivity]:
    """Messages per day and direction since the midnight `days` ago; latest day first.

    A day is a calendar day of `zone`, else of the project. With a campaign: only its own messages.
    Two queries: past days of the business were counted before (campaigns.summaries).
    """
    if campaign_id is None and zone is None:
        first = timezone.localdate() - timedelta(days=days)
        counted = daily_counts(first).items()
        rows = [(day, direction, count.messages) for (day, direction), count in counted]
    else:
        rows = _logged(days_back(days, zone=zone), campaign_id, zone)
    latest_first = sorted(rows, key=lambda row: (-row[0].toordinal(), row[1]))
    return [DayActivity(day, Direction(to), count) for day, to, count in latest_first[:limit]]


def _logged(
    since: dt.datetime, campaign_id: int | None, zone: tzinfo | None
) -> list[tuple[dt.date, str, int]]:
    """Day, direction and number of messages, from the log."""
    messages = Message.objects.in_earnest().since(since)
    if campaign_id is not None:
        messages = messages.of_campaign(campaign_id)
    days = messages.order_by().values_list(TruncDate("created_at", tzinfo=zone), "direction")
    return list(days.annotate(Count("pk")))

"""How many messages came and went each day."""

import datetime as dt
from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from campaigns.reports.columns import Column
from campaigns.reports.windows import days_back
from messaging.models import Message
from messaging.states import Direction


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
    """Messages per day and direction since the midnight `days` ago; latest day first. One query.

    A day is a calendar day of `zone`, else of the project. With a campaign: only its own messages.
    """
    messages = Message.objects.since(days_back(days, zone=zone))
    if campaign_id is not None:
        messages = messages.of_campaign(campaign_id)
    rows = (
        messages.values("direction", date=TruncDate("created_at", tzinfo=zone))
        .annotate(message_count=Count("pk"))
        .order_by("-date", "direction")
    )
    return [
        DayActivity(row["date"], Direction(row["direction"]), row["message_count"])
        for row in rows[:limit]
    ]

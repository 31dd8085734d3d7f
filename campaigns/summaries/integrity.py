"""The summaries against the log, which is the truth. What is still to be counted is left out."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Recipient
from campaigns.summaries.campaigns import (
    PRICED,
    SETTLED,
    Prices,
    changed_since,
    is_of,
    prices_of,
)
from campaigns.summaries.days import DayCount, Key, count_of, days_of
from campaigns.summaries.models import CampaignSummary, DaySummary, Mark
from campaigns.tracking.funnel import funnel
from campaigns.tracking.opted_out import opted_out
from contacts.states import STAND_IN
from messaging.models import Message

# A report may be committed so long after it came.
GRACE = timedelta(minutes=15)
NAMED = 10
CHUNK = 50


def integrity_problems() -> Iterator[str]:
    """A sentence for the days, and one for the campaigns, whose rows say something else."""
    if days := sorted({f"{day:%Y-%m-%d}" for day in wrong_days()}):
        yield _("Days whose summary differs from the log of messages: %(rows)s.") % {
            "rows": ", ".join(days[:NAMED])
        }
    if campaigns := [str(pk) for pk in wrong_campaigns()]:
        yield _("Ended campaigns whose summary differs from their recipients: %(rows)s.") % {
            "rows": ", ".join(campaigns[:NAMED])
        }


def wrong_days() -> Iterator[date]:
    mark = Mark.objects.filter(log=Mark.Log.MESSAGES).first()
    if mark is None or mark.zone != str(timezone.get_current_timezone()):
        return
    rows = {(row.date, row.direction): row for row in DaySummary.objects.all()}
    messages = Message.objects.filter(pk__lte=mark.upto)
    logged, reported = days_of(messages), _last_reports(mark.upto)
    for key in rows.keys() | logged.keys():
        row = rows.get(key)
        if row is None or not _is_right(row, logged.get(key, DayCount()), reported.get(key)):
            yield key[0]


def _last_reports(upto: int) -> dict[Key, datetime | None]:
    """When something was last reported of the messages of each day."""
    rows = (
        Message.objects.filter(pk__lte=upto)
        .order_by()
        .values_list(TruncDate("created_at"), "direction")
        .annotate(*(Max(name) for name in ("delivered_at", "read_at", "failed_at")))
    )
    return {(day, to): max(filter(None, times), default=None) for day, to, *times in rows}


def _is_right(row: DaySummary, logged: DayCount, reported: datetime | None) -> bool:
    """Whether a row says what the log says; of outcomes, when none came since it was counted."""
    counted = count_of(row)
    if counted.messages != logged.messages:
        return False
    if reported is not None and reported > row.counted_at - GRACE:
        return True
    if row.counted_at.date() - row.date < PRICED:
        counted.prices = logged.prices
    return counted == logged


def wrong_campaigns() -> Iterator[int]:
    mark = Mark.objects.filter(log=Mark.Log.CHANGES).first()
    changed = set(changed_since(mark)) if mark else set()
    rows = {
        row.pk: row
        for row in CampaignSummary.objects.select_related("campaign").order_by("pk")
        if row.pk not in changed and is_of(row, row.campaign)
    }
    ids = list(rows)
    for start in range(0, len(ids), CHUNK):
        prices = prices_of(ids[start : start + CHUNK])
        gone = opted_out(ids[start : start + CHUNK])
        for pk, counts in funnel(ids[start : start + CHUNK]).items():
            if rows[pk].funnel != counts or (
                _is_settled(rows[pk])
                and not (
                    _is_priced(rows[pk], prices.get(pk, {}))
                    and _has_lost(rows[pk], gone.get(pk, 0))
                )
            ):
                yield pk


def _is_settled(row: CampaignSummary) -> bool:
    """Whether it was counted for the last time; before, prices and opt-outs may be behind."""
    ended_at = row.campaign.completed_at
    return ended_at is not None and row.counted_at >= ended_at + SETTLED


def _is_priced(row: CampaignSummary, logged: Prices) -> bool:
    return {unit: Decimal(price) for unit, price in row.prices.items()} == logged


def _has_lost(row: CampaignSummary, logged: int) -> bool:
    """Whether it counts those who opted out.

    More than are logged where people were erased since, of whom the log knows nothing any more.
    """
    if row.opted_out <= logged:
        return row.opted_out == logged
    erased = Recipient.objects.filter(campaign=row.pk, phone__startswith=STAND_IN)
    return row.opted_out <= logged + erased.count()

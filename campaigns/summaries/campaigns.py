"""The funnels of campaigns: of those that have ended from rows, of the others from the log.

A large campaign that runs takes a while to count, and many look at it: what was counted is kept for
some seconds.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from decimal import Decimal
from time import perf_counter
from typing import TypeVar

from django.db.models import F, Sum
from django.utils import timezone

from campaigns.models import Campaign, StatusChange
from campaigns.sending.retries import outlook
from campaigns.states import CampaignStatus
from campaigns.summaries.marks import look, newest
from campaigns.summaries.models import FUNNEL, CampaignSummary, Mark
from campaigns.tracking.funnel import Funnel, funnel
from campaigns.tracking.opted_out import WITHIN, opted_out
from messaging.models import Message
from waproject.core.db.lately import Lately, keep, kept, lately

T = TypeVar("T")
ENDED = (CampaignStatus.COMPLETED, CampaignStatus.CANCELLED)
# Campaigns counted by one statement.
CHUNK = 50
# One with no more people is counted within some milliseconds.
LARGE = 20_000
# The provider tells prices late, or never, so long after the end at most.
PRICED = timedelta(days=4)
# Prices and opt-outs are counted again each time that so long has passed, and so long after the end
# for the last time: the last messages leave about then, or a day later where that was in doubt.
COUNTED_AGAIN = timedelta(hours=6)
SETTLED = max(PRICED, WITHIN) + timedelta(days=1)

# Amounts by currency.
Prices = dict[str, Decimal]


def funnels(campaigns: Iterable[Campaign]) -> dict[int, Funnel]:
    """The funnel of each campaign, by id. Two queries at most, whatever their number.

    Of a campaign that has ended it is at most some minutes old, and as `live_funnels` of others.
    """
    chosen = list(campaigns)
    ended = {one.pk: one for one in chosen if one.status in ENDED}
    rows = CampaignSummary.objects.filter(campaign__in=ended) if ended else ()
    counted = {row.pk: row.funnel for row in rows if is_of(row, ended[row.pk])}
    return {**counted, **live_funnels(one for one in chosen if one.pk not in counted)}


def live_funnels(campaigns: Iterable[Campaign]) -> dict[int, Funnel]:
    """The same from the log: one query. Of large campaigns they may be some seconds old."""
    chosen = list(campaigns)
    names = {one.pk: _name(one, "funnel") for one in chosen if is_large(one)}
    known = {pk: found.value for pk, name in names.items() if (found := kept(name))}
    begun = perf_counter()
    counted = funnel(rest) if (rest := [one.pk for one in chosen if one.pk not in known]) else {}
    for pk in names.keys() & counted.keys():
        keep(names[pk], counted[pk], perf_counter() - begun)
    return {**known, **counted}


def live_funnel(campaign: Campaign) -> Lately[Funnel]:
    """One campaign's, and when it was counted: some seconds ago at most where it is large."""
    return recent(campaign, "funnel", lambda: funnel([campaign.pk])[campaign.pk])


def recent(campaign: Campaign, name: str, count: Callable[[], T]) -> Lately[T]:
    """What `count` gives of a campaign: now, or a while ago where it is large."""
    if not is_large(campaign):
        return Lately(count(), timezone.now())
    return lately(_name(campaign, name), count)


def _name(campaign: Campaign, name: str) -> str:
    return f"campaign-{campaign.pk}-{name}"


def is_large(campaign: Campaign) -> bool:
    return campaign.total_recipients > LARGE


def is_of(row: CampaignSummary, campaign: Campaign) -> bool:
    """Whether a row counts the people of the campaign as it is now."""
    return (row.recipients, row.sent) == (campaign.total_recipients, campaign.sent_count)


def count_campaigns() -> str:
    """Count the campaigns that have ended, and those again in which something happened since."""
    mark = look(Mark.Log.CHANGES, newest(StatusChange.objects.all()))
    if not mark.upto:
        # What happened before is in the first counts.
        mark.upto = mark.seen
        mark.save(update_fields=["upto"])
        return "begins"
    CampaignSummary.objects.exclude(campaign__status__in=ENDED).delete()
    due = {*_not_counted(), *changed_since(mark), *_unsettled()}
    count(due)
    mark.upto = max(mark.upto, mark.settled)
    mark.save(update_fields=["upto"])
    return f"{len(due)} counted"


def _not_counted() -> Iterable[int]:
    ended = Campaign.objects.filter(status__in=ENDED)
    same = CampaignSummary.objects.filter(
        recipients=F("campaign__total_recipients"), sent=F("campaign__sent_count")
    )
    return ended.exclude(pk__in=same.values("pk")).values_list("pk", flat=True)


def _unsettled() -> Iterable[int]:
    """Those that ended lately, from time to time, and at last once more.

    Prices come late, and who opts out within a week of a message does so because of it.
    """
    now = timezone.now()
    lately = CampaignSummary.objects.filter(campaign__completed_at__gt=now - 2 * SETTLED)
    rows = lately.filter(counted_at__lt=now - COUNTED_AGAIN).filter(
        counted_at__lt=F("campaign__completed_at") + SETTLED
    )
    return rows.values_list("campaign", flat=True)


def changed_since(mark: Mark) -> Iterable[int]:
    """Each change of the last minutes is looked at more than once: one may be committed late."""
    changes = StatusChange.objects.filter(pk__gt=mark.upto)
    moved = changes.filter(recipient__campaign__status__in=ENDED).order_by()
    return moved.values_list("recipient__campaign", flat=True).distinct()


def costs(campaigns: Iterable[Campaign]) -> dict[int, Prices]:
    """What the messages of those that have ended cost, by id and currency. One query at most."""
    ended = [one.pk for one in campaigns if one.status in ENDED]
    rows = CampaignSummary.objects.filter(campaign__in=ended) if ended else ()
    return {row.pk: {unit: Decimal(price) for unit, price in row.prices.items()} for row in rows}


def prices_of(campaign_ids: Iterable[int]) -> dict[int, Prices]:
    """What the log knows that their messages cost, by id and currency. One query.

    Answers, which some providers bill too, are no cost of the campaign.
    """
    rows = (
        Message.objects.outbound()
        .filter(campaign_id__in=campaign_ids, price__isnull=False)
        .order_by()
        .values_list("campaign_id", "price_unit")
        .annotate(Sum("price"))
    )
    found: dict[int, Prices] = {}
    for pk, unit, price in rows:
        found.setdefault(pk, {})[unit] = price
    return found


def as_json(prices: Prices) -> dict[str, str]:
    return {unit: str(price) for unit, price in sorted(prices.items())}


def count(campaign_ids: Collection[int]) -> None:
    """Write the rows of these campaigns, as their recipients are now."""
    ids, now = sorted(campaign_ids), timezone.now()
    for start in range(0, len(ids), CHUNK):
        counts = funnel(ids[start : start + CHUNK])
        prices = prices_of(ids[start : start + CHUNK])
        gone = opted_out(ids[start : start + CHUNK])
        CampaignSummary.objects.bulk_create(
            [
                CampaignSummary.of(
                    pk,
                    one,
                    retryable=_retryable(pk, one),
                    opted_out=gone.get(pk, 0),
                    prices=as_json(prices.get(pk, {})),
                    counted_at=now,
                )
                for pk, one in counts.items()
            ],
            update_conflicts=True,
            unique_fields=["campaign"],
            update_fields=[*FUNNEL, "retryable", "opted_out", "prices", "counted_at"],
        )


def _retryable(campaign_id: int, counts: Funnel) -> int:
    """How many people could be written to again by the button of the campaign's page."""
    failed = counts.failed + counts.undelivered
    return outlook(campaign_id).people if failed else 0

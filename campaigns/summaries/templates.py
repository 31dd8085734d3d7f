"""How often campaigns sent each version of a template: from the rows of campaigns that have ended,
and from the log for the others. Registered in settings.TEMPLATE_USAGE."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial

from campaigns.models import Campaign
from campaigns.summaries.campaigns import (
    ENDED,
    Prices,
    funnels,
    is_large,
    is_of,
    prices_of,
    recent,
)
from campaigns.summaries.models import CampaignSummary
from campaigns.tracking.funnel import Funnel
from campaigns.tracking.opted_out import opted_out
from messaging.approvals.usage import UsedBy, VersionUsage

SHOWN = 5


def usage_of_versions(version_ids: Iterable[int]) -> dict[int, VersionUsage]:
    """The usage of each version that a campaign sent, by id: six queries, whatever their number.

    Each large campaign that runs takes three more. Of campaigns that have ended the counts are at
    most some minutes old.
    """
    rows = Campaign.objects.filter(template_version__in=[*version_ids], total_recipients__gt=0)
    campaigns = list(rows.order_by("-pk"))
    if not campaigns:
        return {}
    counts = funnels(campaigns)
    gone, prices = _extras(campaigns)
    by_version: dict[int, list[Campaign]] = {}
    for one in campaigns:
        by_version.setdefault(one.template_version_id or 0, []).append(one)
    return {pk: _usage(those, counts, gone, prices) for pk, those in by_version.items()}


def _extras(campaigns: Sequence[Campaign]) -> tuple[dict[int, int], dict[int, Prices]]:
    """Opt-outs and costs of each campaign, by id."""
    ended = {one.pk: one for one in campaigns if one.status in ENDED}
    gone: dict[int, int] = {}
    prices: dict[int, Prices] = {}
    for row in CampaignSummary.objects.filter(campaign__in=ended):
        if is_of(row, ended[row.pk]):
            gone[row.pk] = row.opted_out
            prices[row.pk] = {unit: Decimal(price) for unit, price in row.prices.items()}
    rest = [one for one in campaigns if one.pk not in gone]
    if few := [one.pk for one in rest if not is_large(one)]:
        gone |= opted_out(few)
        prices |= prices_of(few)
    for one in filter(is_large, rest):
        gone[one.pk], prices[one.pk] = recent(one, "extras", partial(_extras_of, one.pk)).value
    return gone, prices


def _extras_of(pk: int) -> tuple[int, Prices]:
    return opted_out([pk]).get(pk, 0), prices_of([pk]).get(pk, {})


def _usage(
    campaigns: Sequence[Campaign],
    counts: dict[int, Funnel],
    gone: dict[int, int],
    prices: dict[int, Prices],
) -> VersionUsage:
    """The sums over the campaigns, which come newest first."""
    ids = [one.pk for one in campaigns]
    costs: Prices = {}
    for pk in ids:
        for unit, price in prices.get(pk, {}).items():
            costs[unit] = costs.get(unit, Decimal()) + price

    def total(name: str) -> int:
        return sum(getattr(counts[pk], name) for pk in ids)

    return VersionUsage(
        count=len(ids),
        **{name: total(name) for name in ("sent", "delivered", "read", "replied")},
        opted_out=sum(gone.get(pk, 0) for pk in ids),
        failed=total("failed") + total("undelivered"),
        costs=costs,
        campaigns=tuple(
            UsedBy(one.pk, one.name, one.started_at or one.created_at) for one in campaigns[:SHOWN]
        ),
    )

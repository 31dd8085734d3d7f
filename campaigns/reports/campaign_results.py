"""How each campaign went."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models import Campaign
from campaigns.reports.columns import Column
from campaigns.states import CampaignStatus
from campaigns.summaries.campaigns import Prices, costs, funnels
from campaigns.tracking.funnel import Funnel
from campaigns.tracking.sales import Sold, sold_by
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.money import Exchanges

# What messages cost is for who may see prices.
COST = Column(_("cost"), detail=True, permission=SEE_PRICES)
CURRENCY = Column(_("currency"), detail=True, permission=SEE_PRICES)
_CENTS = Decimal("0.01")


@dataclass(frozen=True)
class CampaignResult:
    """One campaign: how many people reached each stage, and how many are in each status now.

    `sent` to `replied` are cumulative (a reply implies read, read implies delivered); the
    `status_` counts are of people in exactly that status. `cost` is what the provider has told of
    its messages once it has ended, in the currency of the business where the rates of exchange are
    known, else in that in which it was billed; None where several were, or none.

    `sold` counts the conversations of people who had answered it that were resolved as sales,
    `sold_amount` is their sum in the currency of the business, and `sold_times` how many times the
    cost that is; None where the cost is not known in that currency.

    Rates are in percent of sent, and `status_sent_rate` in percent of recipients; None where there
    is nothing to divide by.
    """

    id: Annotated[int, Column("id", grouped=False)]
    name: Annotated[str, Column(_("campaign"))]
    status: Annotated[CampaignStatus, Column(_("status"))]
    recipients: Annotated[int, Column(_("recipients"))]
    sent: Annotated[int, Column(pgettext_lazy("people", "sent"))]
    delivered: Annotated[int, Column(pgettext_lazy("people", "delivered"))]
    delivered_rate: Annotated[float | None, Column(_("delivered %"))]
    read: Annotated[int, Column(pgettext_lazy("people", "read"))]
    read_rate: Annotated[float | None, Column(_("read %"))]
    replied: Annotated[int, Column(pgettext_lazy("people", "replied"))]
    replied_rate: Annotated[float | None, Column(_("replied %"))]
    closed: Annotated[int, Column(pgettext_lazy("people", "closed"))]
    failed: Annotated[int, Column(pgettext_lazy("people", "failed"))]
    undelivered: Annotated[int, Column(pgettext_lazy("people", "not delivered"))]
    skipped: Annotated[int, Column(pgettext_lazy("people", "skipped"))]
    cost: Annotated[Decimal | None, COST]
    currency: Annotated[str, CURRENCY]
    sold: Annotated[int, Column(pgettext_lazy("conversations", "sales"))]
    sold_amount: Annotated[Decimal, Column(_("amount sold"))]
    sold_times: Annotated[
        Decimal | None, Column(_("return: times the cost"), permission=SEE_PRICES)
    ]
    waiting: Annotated[int, Column(pgettext_lazy("people", "waiting"))]
    status_sent: Annotated[int, Column(_("now at sent"), detail=True)]
    status_delivered: Annotated[int, Column(_("now at delivered"), detail=True)]
    status_sent_rate: Annotated[Decimal | None, Column(_("now at sent %"), detail=True)]


def campaign_results(
    *, campaign_id: int | None = None, limit: int | None = 50
) -> list[CampaignResult]:
    """The newest `limit` campaigns, or the one of `campaign_id`; newest first.

    Five queries at most. Of a campaign that has ended the counts are at most some minutes old.
    """
    campaigns = Campaign.objects.order_by("-pk")
    if campaign_id is not None:
        campaigns = campaigns.filter(pk=campaign_id)
    chosen = list(campaigns[:limit])
    counts, billed, exchanges = funnels(chosen), costs(chosen), Exchanges()
    sold = sold_by([one.pk for one in chosen])
    return [
        _result(
            one,
            counts[one.pk],
            one_amount(billed.get(one.pk, {}), exchanges),
            sold.get(one.pk, Sold()),
            exchanges.own,
        )
        for one in chosen
    ]


def one_amount(billed: Prices, exchanges: Exchanges) -> tuple[Decimal | None, str]:
    """What was billed as one amount with its currency; none where that cannot be said."""
    own = exchanges.in_own(billed)
    if own is not None:
        return own.quantize(_CENTS, ROUND_HALF_UP), exchanges.own
    if len(billed) == 1:
        [(currency, amount)] = billed.items()
        return amount, currency
    return None, ""


def _result(
    campaign: Campaign, counts: Funnel, cost: tuple[Decimal | None, str], sold: Sold, own: str
) -> CampaignResult:
    times = sold.times(cost[0] if cost[1] == own else None)
    past_sent = counts.delivered + counts.failed + counts.undelivered + counts.skipped
    status_sent = counts.recipients - counts.open - past_sent
    return CampaignResult(
        id=campaign.pk,
        name=campaign.name,
        status=CampaignStatus(campaign.status),
        recipients=campaign.total_recipients,
        sent=counts.sent,
        delivered=counts.delivered,
        read=counts.read,
        replied=counts.replied,
        closed=counts.closed,
        failed=counts.failed,
        undelivered=counts.undelivered,
        skipped=counts.skipped,
        cost=cost[0],
        currency=cost[1],
        sold=sold.count,
        sold_amount=sold.amount,
        sold_times=None if times is None else times.quantize(_CENTS, ROUND_HALF_UP),
        waiting=counts.open,
        delivered_rate=counts.delivered_rate,
        read_rate=counts.read_rate,
        replied_rate=counts.replied_rate,
        status_sent=status_sent,
        status_delivered=counts.delivered - counts.read,
        status_sent_rate=_percent(status_sent, campaign.total_recipients),
    )


def _percent(part: int, of: int) -> Decimal | None:
    """`part` in percent of `of`, two decimals, halves away from zero as SQL's ROUND has it."""
    if not of:
        return None
    return (Decimal(100 * part) / of).quantize(Decimal("0.01"), ROUND_HALF_UP)

"""How each campaign went."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.funnel import Funnel, funnel
from campaigns.models import Campaign
from campaigns.reports.columns import Column
from campaigns.states import CampaignStatus


@dataclass(frozen=True)
class CampaignResult:
    """One campaign: how many people reached each stage, and how many are in each status now.

    `sent` to `replied` are cumulative (a reply implies read, read implies delivered); the
    `status_` counts are of those who are at that very status. Rates are in percent of sent, and
    `status_sent_rate` in percent of recipients; None where there is nothing to divide by.
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
    waiting: Annotated[int, Column(pgettext_lazy("people", "waiting"))]
    status_sent: Annotated[int, Column(_("now at sent"), detail=True)]
    status_delivered: Annotated[int, Column(_("now at delivered"), detail=True)]
    status_sent_rate: Annotated[Decimal | None, Column(_("now at sent %"), detail=True)]


def campaign_results(
    *, campaign_id: int | None = None, limit: int | None = 50
) -> list[CampaignResult]:
    """The newest `limit` campaigns, or the one of `campaign_id`; newest first. Two queries."""
    campaigns = Campaign.objects.order_by("-pk")
    if campaign_id is not None:
        campaigns = campaigns.filter(pk=campaign_id)
    chosen = list(campaigns[:limit])
    funnels = funnel(campaign.pk for campaign in chosen)
    return [_result(campaign, funnels[campaign.pk]) for campaign in chosen]


def _result(campaign: Campaign, counts: Funnel) -> CampaignResult:
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

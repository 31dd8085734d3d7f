"""What a campaign has cost as far as the provider has told, beside what its prices say."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.formats import number_format

from campaigns.models import Campaign
from campaigns.summaries.campaigns import funnels, recent
from messaging.inbox.models import Closing
from messaging.models import Message
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.money import Cost, Exchanges, cost_in_words, money


@dataclass(frozen=True)
class Sales:
    """The sales with which conversations that answered a campaign were resolved, and their amount.

    `times` says how many times its cost that is, "" where the cost is not known in that currency.
    """

    count: int
    amount: str
    times: str


def sales(campaign: Campaign, known: "Billed | None") -> Sales | None:
    """None while nothing was sold."""
    sold = Closing.objects.filter(campaign_id=campaign.pk, outcome__is_sale=True)
    found = sold.aggregate(count=Count("pk"), amount=Sum("amount"))
    if not found["count"]:
        return None
    amount = found["amount"] or Decimal(0)
    cost = known.own if known else None
    times = number_format(amount / cost, 1, use_l10n=True, force_grouping=True) if cost else ""
    return Sales(found["count"], money(amount, Exchanges().own), str(times))


@dataclass(frozen=True)
class Billed:
    """What is known: the cost of `priced` of `messages`, and of each reply ("" without any).

    `own` is the cost in the business's currency, None where a rate is missing.
    """

    cost: Cost | None
    priced: int
    messages: int
    per_reply: str
    own: Decimal | None


def billed(campaign: Campaign, user: Any) -> Billed | None:
    """What its messages have cost, for who may see costs; None while nothing has left."""
    if not user.has_perm(SEE_PRICES):
        return None
    found = recent(campaign, "billed", lambda: _billed(campaign)).value
    messages = sum(row["messages"] for row in found)
    if not messages:
        return None
    replies = funnels([campaign])[campaign.pk].replied
    sums = {row["price_unit"]: row["amount"] for row in found if row["amount"] is not None}
    exchanges = Exchanges()
    each = {unit: amount / Decimal(replies) for unit, amount in sums.items()} if replies else {}
    return Billed(
        cost_in_words(sums, exchanges) if sums else None,
        sum(row["priced"] for row in found),
        messages,
        cost_in_words(each, exchanges).shown,
        exchanges.in_own(sums),
    )


def _billed(campaign: Campaign) -> list[dict[str, Any]]:
    """The sums by currency, with the number of messages; None for those without a price."""
    rows = Message.objects.outbound().of_campaign(campaign.pk).order_by().values("price_unit")
    return list(rows.annotate(amount=Sum("price"), priced=Count("price"), messages=Count("pk")))

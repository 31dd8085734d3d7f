"""What a campaign has cost as far as the provider has told, beside what its prices say."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.formats import number_format

from campaigns.models import Campaign
from campaigns.summaries.campaigns import funnels, recent
from campaigns.tracking.sales import sales_of, sold_by
from contacts.permissions import may_see_people, said_address
from messaging.models import Message
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.money import Cost, Exchanges, cost_in_words, money

SALES_SHOWN = 20


@dataclass(frozen=True)
class Sale:
    """One of them; `url` leads to the conversation."""

    person: str
    text: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Sales:
    """The sales with which conversations that answered a campaign were resolved, and their amount.

    `times` says how many times its cost that is, "" where the cost is not known in that currency.
    `latest` are the last ones, for who may read conversations.
    """

    count: int
    amount: str
    times: str
    latest: list[Sale]


def sales(campaign: Campaign, known: "Billed | None", user: Any) -> Sales | None:
    """None while nothing was sold."""
    sold = sold_by([campaign.pk]).get(campaign.pk)
    if sold is None:
        return None
    times, own = sold.times(known.own if known else None), Exchanges().own
    said = "" if times is None else number_format(times, 1, use_l10n=True, force_grouping=True)
    return Sales(sold.count, money(sold.amount, own), str(said), _latest(campaign, own, user))


def _latest(campaign: Campaign, currency: str, user: Any) -> list[Sale]:
    if not (may_see_people(user) and user.has_perm("messaging.view_conversation")):
        return []
    # That of an erased person counts, and leads nowhere.
    rows = sales_of(campaign.pk).filter(conversation__isnull=False)
    return [
        Sale(
            row.conversation.contact.name or said_address(row.conversation.contact.phone),
            f"{row.outcome.name}, {money(row.amount or Decimal(0), currency)}",
            row.at,
            reverse("admin:inbox", query={"talk": row.conversation_id}),
        )
        for row in rows.select_related("conversation__contact", "outcome")[:SALES_SHOWN]
    ]


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

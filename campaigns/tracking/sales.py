"""What was sold in the conversations of people who had answered a campaign."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from messaging.inbox.models import Closing
from waproject.core.db.bulk_lookup import Among


@dataclass(frozen=True)
class Sold:
    """So many conversations were resolved as sales, for so much in the business's currency."""

    count: int = 0
    amount: Decimal = Decimal(0)

    def times(self, cost: Decimal | None) -> Decimal | None:
        """How many times a cost in the same currency that is; None without one."""
        return self.amount / cost if self.count and cost else None


def sold_by(campaign_ids: Collection[int]) -> dict[int, Sold]:
    """What each of these campaigns sold, by its id; those that sold nothing are left out.

    One query.
    """
    rows = Closing.objects.filter(Among("campaign_id", int, campaign_ids), outcome__is_sale=True)
    counted = rows.order_by().values_list("campaign_id").annotate(Count("pk"), Sum("amount"))
    return {pk: Sold(count, _short(amount or Decimal(0))) for pk, count, amount in counted}


def sales_of(campaign_id: int) -> "QuerySet[Any]":
    """The sales of a campaign, the latest first."""
    found: QuerySet[Any] = Closing.objects.filter(campaign_id=campaign_id, outcome__is_sale=True)
    return found.order_by("-at", "-pk")


def _short(amount: Decimal) -> Decimal:
    """Whole amounts without decimals, as people write them."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount

"""Which vehicles the people we may write to have."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from django.db.models import Avg, Count, Max, Min
from django.utils.translation import gettext_lazy as _

from campaigns.reports.columns import Column
from contacts.models import Vehicle
from waproject.core.days import days_back


@dataclass(frozen=True)
class ModelLeads:
    """One make and model. `avg_price` is in whole pesos, None when no price is known."""

    make: Annotated[str, Column(_("make"))]
    model: Annotated[str, Column(_("model"))]
    vehicle_count: Annotated[int, Column(_("vehicles"))]
    contact_count: Annotated[int, Column(_("contacts"))]
    avg_price: Annotated[int | None, Column(_("average price"))]
    oldest_year: Annotated[int, Column(_("oldest"), grouped=False)]
    newest_year: Annotated[int, Column(_("newest"), grouped=False)]


def leads_by_model(*, days: int = 90, limit: int | None = 15) -> list[ModelLeads]:
    """Vehicles of active people that came in since the midnight `days` ago.

    The most frequent first, and the first `limit` of them. One query.
    """
    rows = (
        Vehicle.objects.of_active_people()
        .since(days_back(days))
        .values("make", "model")
        .annotate(
            # By a column of the index that has all the others, so that no vehicle is read.
            vehicle_count=Count("contact_id"),
            contact_count=Count("contact", distinct=True),
            avg_price=Avg("price"),
            oldest_year=Min("year"),
            newest_year=Max("year"),
        )
        .order_by("-vehicle_count", "make", "model")
    )
    return [ModelLeads(**{**row, "avg_price": _whole(row["avg_price"])}) for row in rows[:limit]]


def _whole(price: Decimal | None) -> int | None:
    """The price in whole units, halves away from zero as SQL's ROUND has it."""
    return None if price is None else int(price.quantize(Decimal(1), ROUND_HALF_UP))

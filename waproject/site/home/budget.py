"""How much of the daily limits is used, and what messages cost as far as the provider told."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef
from django.utils import timezone

from messaging.delivery.timing.allowance import DAY, Reason, allowance
from messaging.models import Opening, Sender
from messaging.pricing.money import Exchanges, cost_in_words, money
from waproject.core.db.counting import CountUpTo
from waproject.core.text.moments import named
from waproject.site.home.today import Day

MOST_SENDERS = 5
MOST_LOOKED_AT = 100
# Of the people of a day: from here on the limit is worth a look.
NEAR_PERCENT = 80
# No tier of WhatsApp is above it.
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True)
class Quota:
    """How many people a sender wrote to first in the last 24 hours, of how many it may.

    `is_slowed`: they are fewer because its quality has fallen.
    """

    sender_id: int
    sender: str
    used: int
    limit: int
    is_slowed: bool = False

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.limit)) if self.limit else 100

    @property
    def is_near(self) -> bool:
        """Whether the limit will soon be reached, or is."""
        return bool(self.limit) and self.percent >= NEAR_PERCENT


@dataclass(frozen=True)
class MonthCost:
    """What the messages of this month cost, and for each reply ("" without).

    In the currency of the business where the rates of exchange are known; `billed` is then what the
    provider billed.
    """

    month: str
    total: str
    per_reply: str
    billed: str = ""


def quotas(user: Any) -> list[Quota]:
    """The senders in use that may write to so many people a day, the fullest first. One query."""
    if not user.has_perm("messaging.view_sender"):
        return []
    first = Opening.objects.filter(sender=OuterRef("pk"), at__gt=timezone.now() - DAY)
    used = CountUpTo(first, MOST_PEOPLE)
    senders = Sender.objects.filter(status=Sender.Status.ACTIVE).annotate(used=used)
    now = timezone.now()
    found = [
        Quota(one.pk, one.name, one.used, allowed.people, allowed.reason == Reason.QUALITY)
        for one in senders.order_by("name")[:MOST_LOOKED_AT]
        if (allowed := allowance(one, now)).people is not None
    ]
    return sorted(found, key=lambda quota: -quota.percent)


def costs(days: Sequence[Day]) -> list[MonthCost]:
    """What the log of this month knows: the provider tells prices late, or never.

    Of each currency where there is no rate of exchange to put them together.
    """
    today = days[-1].date
    month = [day for day in days if (day.date.year, day.date.month) == (today.year, today.month)]
    sums: dict[str, Decimal] = {}
    for day in month:
        for unit, price in day.sent.prices.items():
            sums[unit] = sums.get(unit, Decimal(0)) + price
    replies = sum(day.received.messages for day in month)
    name = named(today, "F")
    if not sums:
        return []
    exchanges = Exchanges()
    together = cost_in_words(sums, exchanges)
    if together.own:
        each = cost_in_words(
            {unit: total / (replies or 1) for unit, total in sums.items()}, exchanges
        )
        return [MonthCost(name, together.own, each.own if replies else "", together.other)]
    return [
        MonthCost(name, money(total, unit), money(total / replies, unit) if replies else "")
        for unit, total in sorted(sums.items())
    ]

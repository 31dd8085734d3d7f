"""Amounts: how they are written, and what they are worth in the currency of the business."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.formats import number_format

from messaging.pricing.models import ExchangeRate
from waproject.tenants.preferences import preferences

# Symbol and decimals of the currencies that we meet; another is written with its code.
_CURRENCIES = {"CLP": ("$", 0), "USD": ("US$\u00a0", 2)}
# Below this the price of a single message needs more decimals to say anything.
_SMALL = Decimal(1)
_SMALL_DECIMALS = 4


def money(amount: Decimal, currency: str) -> str:
    """An amount as people write it: $684.320, US$ 12,40."""
    symbol, decimals = _CURRENCIES.get(currency, (f"{currency}\u00a0", 2))
    return symbol + _number(amount, decimals)


def unit_price(amount: Decimal, currency: str) -> str:
    """The price of one message: US$ 0,0889."""
    if amount >= _SMALL:
        return money(amount, currency)
    symbol, _decimals = _CURRENCIES.get(currency, (f"{currency}\u00a0", 2))
    return symbol + _number(amount, _SMALL_DECIMALS)


def _number(amount: Decimal, decimals: int) -> str:
    """Rounded first: Django would cut the further decimals off."""
    rounded = amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(number_format(rounded, decimals, use_l10n=True, force_grouping=True))


@dataclass(frozen=True)
class Exchange:
    """What one unit of `currency` is worth in the business's currency `into`, since `since`."""

    currency: str
    into: str
    rate: Decimal
    since: date


class Exchanges:
    """The rates that hold on a day, read once and not before one is needed.

    The business's own currency needs none.
    """

    def __init__(self, day: date | None = None) -> None:
        self.own = preferences().currency
        self._day = day

    @cached_property
    def _rates(self) -> dict[str, Exchange]:
        day = self._day or timezone.localdate()
        rows = ExchangeRate.objects.filter(into=self.own, valid_from__lte=day)
        return {
            row.currency: Exchange(row.currency, row.into, row.rate, row.valid_from)
            for row in rows.order_by("valid_from")
        }

    def of(self, currency: str) -> Exchange | None:
        """The rate of a currency into the business's own; None where nobody entered one."""
        return self._rates.get(currency)

    def in_own(self, sums: Mapping[str, Decimal]) -> Decimal | None:
        """These amounts, by currency, together in the business's own.

        None when the rate of one of them is not known, and without any amount.
        """
        total = Decimal(0)
        for currency, amount in sums.items():
            if currency == self.own:
                total += amount
            elif (exchange := self._rates.get(currency)) is not None:
                total += amount * exchange.rate
            else:
                return None
        return total if sums else None

    def missing(self, sums: Mapping[str, Decimal]) -> list[str]:
        """The currencies of these amounts whose rate nobody entered."""
        return [one for one in sorted(sums) if one != self.own and one not in self._rates]


@dataclass(frozen=True)
class Cost:
    """Amounts by currency, in words. `own` is all of it in the business's currency, or ""."""

    parts: list[str]
    own: str
    missing: list[str]

    @property
    def shown(self) -> str:
        """The one amount to show first."""
        return self.own or " + ".join(self.parts)

    @property
    def other(self) -> str:
        """What was billed, where `shown` is a conversion of it; ""."""
        parts = " + ".join(self.parts)
        return parts if self.own and parts != self.own else ""


def cost_in_words(sums: Mapping[str, Decimal], exchanges: Exchanges) -> Cost:
    """Amounts by currency, as a page shows them."""
    own = exchanges.in_own(sums)
    return Cost(
        [money(amount, currency) for currency, amount in sorted(sums.items())],
        "" if own is None else money(own, exchanges.own),
        exchanges.missing(sums),
    )

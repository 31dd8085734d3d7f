"""What messages to people of several countries would cost, by the prices of a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.phones.countries import country_name
from messaging.models import Channel, Message, Sender, Template, TemplateApproval, TemplateVersion
from messaging.pricing.models import Price
from messaging.pricing.money import Cost, Exchanges, cost_in_words, unit_price
from messaging.pricing.states import ON_TOP, Charge
from messaging.states import Direction, MessageStatus
from waproject.tenants.preferences import preferences

# Free texts for which WhatsApp charges nothing, of each number in each month (docs/prices.md).
FREE_TEXTS = 1_000

_BY_CATEGORY = {
    Template.Category.MARKETING: Charge.MARKETING,
    Template.Category.UTILITY: Charge.UTILITY,
    Template.Category.AUTHENTICATION: Charge.AUTHENTICATION,
}


def charge_of(channel: str, category: str | None) -> Charge:
    """What is charged for a message on a channel; `category` is its template's, None without."""
    if channel != Channel.WHATSAPP:
        return Charge.SMS
    return Charge.SERVICE if category is None else _BY_CATEGORY[Template.Category(category)]


def billed_category(version: TemplateVersion) -> str:
    """The category by which a version is billed: WhatsApp's own, which may be another than ours."""
    return billed_categories([version])[version.pk]


def billed_categories(versions: Sequence[TemplateVersion]) -> dict[int, str]:
    """The same of several versions, by id; one query."""
    approvals = TemplateApproval.objects.filter(version__in=[one.pk for one in versions])
    there = dict(approvals.values_list("version", "category_there"))
    return {one.pk: there.get(one.pk) or one.category for one in versions}


class PriceTable:
    """The prices that hold on a day, read once."""

    def __init__(self, day: date) -> None:
        # The newest last, so that it is the one that stays.
        self._prices = {(row.charge, row.country): row for row in Price.objects.valid_on(day)}

    def price(self, charge: Charge, country: str) -> Price | None:
        """The price of a charge in a country; that of all others where it has none of its own."""
        return self._prices.get((charge, country)) or self._prices.get((charge, ""))

    def of_message(self, charge: Charge, country: str) -> dict[str, Decimal] | None:
        """All that is charged for one message, by currency; None when its price is not known."""
        main = self.price(charge, country)
        return None if main is None else _sums([main, *self._on_top(charge, country)])

    def of_free_message(self, charge: Charge, country: str) -> dict[str, Decimal]:
        """What is charged for one that WhatsApp gives away: the fees on top."""
        return _sums(self._on_top(charge, country))

    def _on_top(self, charge: Charge, country: str) -> list[Price]:
        fees = (self.price(one, country) for one in ON_TOP.get(charge, ()))
        return [row for row in fees if row]


def _sums(rows: Iterable[Price]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
    return sums


@dataclass(frozen=True)
class Line:
    """The people of one country. `each` and `cost` are None where there is no price."""

    country: str
    people: int
    each: str | None
    cost: Cost | None


@dataclass(frozen=True)
class Estimate:
    """What a message to these people would cost.

    `unpriced` counts those without a price, `free` those whose message WhatsApp gives away.
    `parts` says in how many parts their SMS are billed, where that is more than one for each.
    """

    lines: list[Line] = field(default_factory=list)
    total: Cost | None = None
    unpriced: int = 0
    free: int = 0
    parts: int | None = None


def free_texts_left(sender: Sender, day: date) -> int:
    """How many free texts a number of WhatsApp may still send without charge in a day's month.

    One query, of at most FREE_TEXTS rows. What was sent is taken to be delivered.
    """
    start = datetime(day.year, day.month, 1, tzinfo=timezone.get_current_timezone())
    if start > timezone.now():
        return FREE_TEXTS
    texts = Message.objects.filter(
        conversation__sender=sender,
        direction=Direction.OUTBOUND,
        template_version=None,
        created_at__gte=start,
    ).exclude(status__in=[MessageStatus.FAILED, MessageStatus.UNDELIVERED])
    return FREE_TEXTS - len(texts.order_by().values_list("pk", flat=True)[:FREE_TEXTS])


def estimate(
    countries: Mapping[str, int],
    charge: Charge,
    day: date,
    *,
    free: int = 0,
    parts: Mapping[str, int] | None = None,
) -> Estimate:
    """What one message to each costs. `countries` counts the people by country, "" if unknown.

    `parts` counts the parts of SMS by country; without it each message has one. Two queries. Every
    message is taken to be delivered. So many as `free` cost nothing but the fees on top: which of
    them is not known before, so they are those of the cheapest countries, and the estimate is
    rather too high.
    """
    billed = {country: (parts or {}).get(country, people) for country, people in countries.items()}
    table, exchanges = PriceTable(day), Exchanges(day)
    prices = {country: table.of_message(charge, country) for country in countries}
    given = _given_away(countries, prices, free)
    lines: list[Line] = []
    sums: dict[str, Decimal] = {}
    for country, people in sorted(countries.items(), key=lambda item: (-item[1], item[0])):
        each = prices[country]
        of_all = dict.fromkeys(each or {}, Decimal(0))
        for currency, amount in (each or {}).items():
            of_free = table.of_free_message(charge, country).get(currency, Decimal(0))
            of_all[currency] = (
                amount * (billed[country] - given[country]) + of_free * given[country]
            )
        for currency, amount in of_all.items():
            sums[currency] = sums.get(currency, Decimal(0)) + amount
        shown = None if each is None else cost_in_words(of_all, exchanges)
        unit = None if each is None else _each(each.items())
        lines.append(Line(country_name(country), people, unit, shown))
    return Estimate(
        lines,
        cost_in_words(sums, exchanges) if sums else None,
        sum(line.people for line in lines if line.cost is None),
        sum(given.values()),
        total if (total := sum(billed.values())) > sum(countries.values()) else None,
    )


def _given_away(
    countries: Mapping[str, int],
    prices: Mapping[str, Mapping[str, Decimal] | None],
    free: int,
) -> dict[str, int]:
    """How many of each country's messages are free: the cheapest first, of those with a price."""
    given = dict.fromkeys(countries, 0)
    known = [(sum(each.values()), country) for country, each in prices.items() if each is not None]
    for _price, country in sorted(known):
        given[country] = min(free, countries[country])
        free -= given[country]
    return given


def prices_at_home(charges: Iterable[Charge]) -> dict[str, str]:
    """What one message of each charge costs in the business's country today, in words; two queries.

    By the charge's code. In the currency of the business where the rates of exchange are known; a
    charge without a price is left out.
    """
    day, country = timezone.localdate(), preferences().phone_region
    table, exchanges = PriceTable(day), Exchanges(day)
    found = {str(one.value): table.of_message(one, country) for one in charges}
    sentence, of_parts = (
        _("≈ %(price)s per message in %(country)s"),
        _("≈ %(price)s per part in %(country)s"),
    )
    return {
        charge: (of_parts if charge == Charge.SMS else sentence)
        % {"price": _together(prices, exchanges), "country": country_name(country)}
        for charge, prices in found.items()
        if prices
    }


def _together(prices: Mapping[str, Decimal], exchanges: Exchanges) -> str:
    own = exchanges.in_own(prices)
    return _each(prices.items()) if own is None else unit_price(own, exchanges.own)


def _each(prices: Iterable[tuple[str, Decimal]]) -> str:
    return " + ".join(unit_price(amount, currency) for currency, amount in sorted(prices))

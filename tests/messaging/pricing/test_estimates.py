from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from messaging.models import Conversation
from messaging.pricing.estimates import (
    charge_of,
    estimate,
    free_texts_left,
    prices_at_home,
)
from messaging.pricing.models import ExchangeRate, Price
from messaging.pricing.money import Exchanges, cost_in_words
from messaging.pricing.states import Charge
from tests.factories.messages import message

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def spanish():
    with translation.override("es"):
        yield


@pytest.fixture
def dollars() -> ExchangeRate:
    return ExchangeRate.objects.create(rate="950", valid_from=date(2026, 11, 1))


def test_a_business_starts_with_the_prices_of_chile():
    prices = {row.charge: row.amount for row in Price.objects.filter(country="CL")}

    assert prices == {
        "marketing": Decimal("0.0889"),
        "utility": Decimal("0.02"),
        "authentication": Decimal("0.02"),
        "service": Decimal("0.02"),
    }


def test_every_known_price_says_where_it_was_read():
    assert Price.objects.filter(source="").count() == 0


def test_estimate_adds_the_fee_of_the_provider():
    found = estimate({"CL": 100}, Charge.MARKETING, DAY)

    [line] = found.lines
    assert (line.country, line.people, line.each) == ("Chile", 100, "US$\u00a00,0939")
    assert found.total.shown == "US$\u00a09,39"


def test_estimate_is_by_country_the_most_people_first():
    found = estimate({"CO": 1, "CL": 3}, Charge.UTILITY, DAY)

    assert [(line.country, line.people) for line in found.lines] == [("Chile", 3), ("Colombia", 1)]


def test_people_without_a_price_are_said_and_not_guessed():
    found = estimate({"CL": 2, "CU": 5, "": 1}, Charge.MARKETING, DAY)

    assert [line.country for line in found.lines if line.cost is None] == ["CU", ""]
    assert found.unpriced == 6
    assert found.total.shown == "US$\u00a00,19"


def test_nothing_is_guessed_where_no_price_is_known_at_all():
    found = estimate({"CL": 2}, Charge.SMS, DAY)

    assert (found.total, found.unpriced) == (None, 2)


def test_price_of_no_country_holds_for_those_without_their_own():
    Price.objects.create(charge="marketing", amount="0.06", valid_from=DAY)

    found = estimate({"CU": 10, "CL": 10}, Charge.MARKETING, DAY)

    each = {line.country: line.each for line in found.lines}
    assert each == {"CU": "US$\u00a00,0650", "Chile": "US$\u00a00,0939"}


def test_price_holds_from_its_day_on():
    Price.objects.create(country="CL", charge="marketing", amount="0.2", valid_from=DAY)

    before = estimate({"CL": 1}, Charge.MARKETING, date(2026, 11, 26))
    after = estimate({"CL": 1}, Charge.MARKETING, date(2027, 1, 1))

    assert before.lines[0].each == "US$\u00a00,0939"
    assert after.lines[0].each == "US$\u00a00,2050"


def test_total_is_in_the_currency_of_the_business(dollars):
    found = estimate({"CL": 100}, Charge.MARKETING, DAY)

    assert (found.total.shown, found.total.other) == ("$8.921", "US$\u00a09,39")


def test_missing_rate_of_exchange_is_named():
    found = estimate({"CL": 100}, Charge.MARKETING, DAY)

    assert found.total.missing == ["USD"]


def test_rate_of_exchange_holds_from_its_day_on(dollars):
    ExchangeRate.objects.create(rate="1000", valid_from=DAY)

    rates = [Exchanges(day).of("USD") for day in (date(2026, 11, 26), DAY)]

    assert [found and found.rate for found in rates] == [950, 1000]


def test_several_currencies_become_one_amount_only_where_all_rates_are_known(dollars):
    sums = {"USD": Decimal(1), "EUR": Decimal(1)}

    found = cost_in_words(sums, Exchanges(DAY))

    assert (found.shown, found.own) == ("EUR\u00a01,00 + US$\u00a01,00", "")


@pytest.mark.parametrize(
    ("channel", "category", "charge"),
    [
        ("whatsapp", "marketing", Charge.MARKETING),
        ("whatsapp", "utility", Charge.UTILITY),
        ("whatsapp", None, Charge.SERVICE),
        ("sms", "marketing", Charge.SMS),
    ],
)
def test_what_is_charged_follows_channel_and_category(channel, category, charge):
    assert charge_of(channel, category) is charge


def test_estimate_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        estimate(dict.fromkeys(["CL", "AR", "PE", "UY"], 10), Charge.MARKETING, DAY)


def test_sms_cost_their_parts():
    Price.objects.create(charge="sms", country="CL", amount="0.10", valid_from=DAY)

    found = estimate({"CL": 10}, Charge.SMS, DAY, parts={"CL": 25})

    assert (found.total.shown, found.parts) == ("US$\u00a02,50", 25)


def test_fee_for_messages_of_whatsapp_is_not_charged_for_sms():
    Price.objects.create(charge="sms", country="CL", amount="0.10", valid_from=DAY)

    [line] = estimate({"CL": 10}, Charge.SMS, DAY).lines

    assert (line.each, line.cost.shown) == ("US$\u00a00,1000", "US$\u00a01,00")


def test_messages_of_one_part_say_nothing_of_parts():
    assert estimate({"CL": 10}, Charge.SMS, DAY, parts={"CL": 10}).parts is None


@time_machine.travel(DAY)
def test_price_at_home_is_in_the_currency_of_the_business(dollars):
    found = prices_at_home([Charge.MARKETING, Charge.SMS])

    assert found == {"marketing": "≈ $89 por mensaje en Chile"}


@time_machine.travel(DAY)
def test_price_at_home_is_as_it_is_billed_where_no_rate_of_exchange_is_known():
    assert prices_at_home([Charge.UTILITY]) == {"utility": "≈ US$\u00a00,0250 por mensaje en Chile"}


def test_free_texts_cost_the_fee_of_the_provider_alone():
    none, some, all_free = (
        estimate({"CL": 100}, Charge.SERVICE, DAY, free=free) for free in (0, 60, 1_000)
    )

    assert [one.free for one in (none, some, all_free)] == [0, 60, 100]
    shown = [one.total.shown for one in (none, some, all_free)]
    assert shown == ["US$\u00a02,50", "US$\u00a01,30", "US$\u00a00,50"]


def test_of_several_countries_the_cheapest_messages_are_free():
    found = estimate({"CO": 10, "CL": 10, "CU": 5}, Charge.SERVICE, DAY, free=15)

    # Colombia's ten and five of Chile's, at 0.02 each; there is no price for Cuba.
    assert (found.free, found.unpriced) == (15, 5)
    assert found.total.shown == "US$\u00a00,20"


def test_free_texts_of_the_month_are_counted_by_number(contact, sender, template):
    talk = Conversation.objects.create(contact=contact, sender=sender)
    now = datetime(2026, 11, 27, 12, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(now, tick=False):
        message(contact, now, "outbound", conversation=talk)
        message(contact, now, "outbound", conversation=talk, template_version=template.current)
        message(contact, now - timedelta(days=40), "outbound", conversation=talk)
        message(contact, now, conversation=talk)
        message(contact, now, "outbound")

        assert free_texts_left(sender, DAY) == 999
        assert free_texts_left(sender, date(2026, 12, 1)) == 1_000

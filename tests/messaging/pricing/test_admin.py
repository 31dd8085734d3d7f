from datetime import date

import pytest
from django.urls import reverse

from messaging.pricing.models import ExchangeRate, Price
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db

LIST = reverse("admin:pricing_price_changelist")
KNOWN = reverse("admin:pricing_price_known")
ADD_RATE = reverse("admin:pricing_exchangerate_add")


def test_known_prices_come_back_and_entered_ones_stay(boss):
    Price.objects.filter(country="PE").delete()
    Price.objects.filter(country="CL", charge="marketing").update(amount="0.5")

    page = boss.post(KNOWN, follow=True)

    assert Price.objects.filter(country="PE").count() == 4
    assert str(Price.objects.get(country="CL", charge="marketing").amount) == "0.500000"
    assert [str(one) for one in page.context["messages"]] == ["4 prices were added."]
    assert Event.objects.get(action="pricing.take_known").after == {"count": 4}


def test_nothing_is_logged_where_nothing_was_added(boss):
    boss.post(KNOWN)

    assert not Event.objects.filter(action="pricing.take_known").exists()


def test_list_says_country_and_price_in_words(boss):
    page = boss.get(LIST, {"country": "CL", "charge": "marketing"}).content.decode()

    assert "US$\u00a00.0889" in page
    assert "Chile" in page


def test_country_and_currency_may_be_typed_small(boss):
    data = {"charge": "sms", "country": "cl", "amount": "0.05", "currency": "usd"}

    boss.post(reverse("admin:pricing_price_add"), data | {"valid_from": "2026-11-01"})

    price = Price.objects.get(charge="sms")
    assert (price.country, price.currency) == ("CL", "USD")


def test_second_price_for_the_same_day_is_refused(boss):
    data = {"charge": "marketing", "country": "CL", "amount": "0.05", "currency": "USD"}

    page = boss.post(reverse("admin:pricing_price_add"), data | {"valid_from": "2026-10-01"})

    errors = page.context["adminform"].form.non_field_errors()
    assert errors == ["There is already a price from this day on."]


def test_rate_between_one_currency_is_refused(boss):
    data = {"currency": "USD", "into": "USD", "rate": "1", "valid_from": "2026-11-01"}

    page = boss.post(ADD_RATE, data)

    assert page.context["adminform"].form.errors["into"] == ["Choose two different currencies."]


def test_rate_of_exchange_is_logged(boss):
    data = {"currency": "USD", "into": "CLP", "rate": "950", "valid_from": "2026-11-01"}

    boss.post(ADD_RATE, data)

    assert ExchangeRate.objects.get().valid_from == date(2026, 11, 1)
    assert Event.objects.filter(object_type="pricing.exchangerate").count() == 1


def test_rate_has_as_many_decimals_as_it_needs(boss):
    rate = ExchangeRate.objects.create(
        currency="USD", into="CLP", rate="950.500000", valid_from=date(2026, 11, 1)
    )

    shown = boss.get(reverse("admin:pricing_exchangerate_changelist")).text
    form = boss.get(reverse("admin:pricing_exchangerate_change", args=[rate.pk])).text

    assert ">950.5<" in shown
    assert 'name="rate" value="950.5"' in form

from dataclasses import astuple
from datetime import UTC, datetime

import pytest
import time_machine

from campaigns.reports.leads_by_model import leads_by_model
from contacts.models import ContactStatus
from tests.factories.people import person, vehicle

pytestmark = pytest.mark.django_db


def test_leads_count_vehicles_and_people_of_each_model():
    ana = person()
    vehicle(ana, year=2012, price=1_000_000)
    vehicle(ana, year=2020, price=2_000_001)
    vehicle(person(), "Kia", "Rio", year=2019)

    assert [astuple(row) for row in leads_by_model()] == [
        ("Toyota", "Yaris", 2, 1, 1_500_001, 2012, 2020),
        ("Kia", "Rio", 1, 1, None, 2019, 2019),
    ]


def test_leads_average_only_the_prices_that_are_known():
    vehicle(person(), price=4_000_000)
    vehicle(person(), price=None)

    [row] = leads_by_model()

    assert (row.vehicle_count, row.avg_price) == (2, 4_000_000)


def test_leads_are_of_people_who_may_be_written_to():
    vehicle(person(status=ContactStatus.OPTED_OUT))

    assert leads_by_model() == []


@time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(("moment", "counted"), [("2026-05-31 04:00", 1), ("2026-05-31 03:59", 0)])
def test_leads_window_begins_at_midnight_in_santiago(moment, counted):
    vehicle(person(), created_at=datetime.fromisoformat(moment).replace(tzinfo=UTC))

    assert len(leads_by_model(days=1)) == counted


def test_leads_keep_the_most_frequent():
    for model in ("Rio", "Yaris", "Yaris"):
        vehicle(person(), model=model)

    assert [row.model for row in leads_by_model(limit=1)] == ["Yaris"]


def test_leads_take_one_query(django_assert_num_queries):
    for model in ("Rio", "Yaris", "Hilux"):
        vehicle(person(), model=model)

    with django_assert_num_queries(1):
        leads_by_model()

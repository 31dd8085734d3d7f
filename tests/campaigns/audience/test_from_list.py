"""The list of contacts and the audience made of it have the same people."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.utils import timezone

from campaigns.audience.from_list import audience_of
from campaigns.audience.values import AudienceError
from contacts.models import Contact, Tag
from tests.factories.people import known_as, person, vehicle
from waproject.accounts.models import User
from waproject.core.readers import read_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(tag: Tag) -> None:
    ana = person(phone="+56975400946", name="Ana Peña", email="ana@example.com")
    ana.tags.add(tag)
    vehicle(ana, "Toyota", "Corolla", year=2015, price=8_000_000)
    vehicle(ana, "Kia", "Rio", year=2020, created_at=timezone.now() - timedelta(days=100))
    luis = person(phone="+56975400947", name="Luis Peña", status="opted_out")
    vehicle(luis, "TOYOTA", "corolla", year=2018)
    rosa = known_as("CL.77", name="Rosa")
    Contact.objects.filter(pk=rosa.pk).update(created_at=timezone.now() - timedelta(days=40))


@pytest.fixture
def tag() -> Tag:
    return Tag.objects.create(name="vip")


def listed(query: str) -> set[str]:
    """The names of the people whom the list shows to a superuser."""
    request = RequestFactory().get(f"/?{query}")
    request.user = User(is_staff=True, is_active=True, is_superuser=True)
    page = admin.site.get_model_admin(Contact)
    return {one.name for one in page.get_changelist_instance(request).get_queryset(request)}


def today_minus(days: int) -> str:
    day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return (day - timedelta(days=days)).isoformat().replace("+", "%2B")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Ana Peña", "Luis Peña", "Rosa"}),
        ("q=pena", {"Ana Peña", "Luis Peña"}),
        ("q=pena+ana", {"Ana Peña"}),
        ("q=97540", {"Ana Peña", "Luis Peña"}),
        ("q=9+7540+0946", {"Ana Peña"}),
        ("q=ana@example", {"Ana Peña"}),
        ("q=CL.77", {"Rosa"}),
        ("q=corolla", {"Ana Peña", "Luis Peña"}),
        ("q=kia+rio", {"Ana Peña"}),
        ("status__exact=opted_out", {"Luis Peña"}),
        ("make=Toyota", {"Ana Peña", "Luis Peña"}),
        ("make=Toyota&model=Corolla&year_to=2016", {"Ana Peña"}),
        ("make=Kia&year_from=2015&price_from=1", set()),
        ("price_to=9000000&o=1&p=2", {"Ana Peña"}),
        ("q=pena&status__exact=active", {"Ana Peña"}),
    ],
)
def test_list_and_audience_have_the_same_people(everyone, query, names):
    people = audience_of(query).matches()

    assert ({one.name for one in people}, listed(query)) == (names, names)


def test_tag_days_and_vehicles_added_are_kept(everyone, tag):
    since = f"{timezone.localdate() - timedelta(days=30)}"
    queries = {
        f"tag={tag.pk}": {"Ana Peña"},
        f"created_at__gte={today_minus(30)}": {"Ana Peña", "Luis Peña"},
        f"created_at__lt={today_minus(30)}": {"Rosa"},
        f"make=Kia&vehicle_from={since}": set(),
        f"make=Toyota&vehicle_from={since}": {"Ana Peña", "Luis Peña"},
    }

    found = {query: {one.name for one in audience_of(query).matches()} for query in queries}

    assert found == queries
    assert {query: listed(query) for query in queries} == queries


def test_every_filter_of_the_list_can_be_kept(tag):
    """Fails for a new filter of the list until audience_of knows it."""
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_active=True, is_superuser=True)
    shown = admin.site.get_model_admin(Contact).get_changelist_instance(request)

    asked = {name for spec in shown.filter_specs for name in spec.expected_parameters()}

    assert asked - {"created_at__isnull"} <= {
        "status__exact",
        "status__isnull",
        "tag",
        "import",
        "make",
        "model",
        "year_from",
        "year_to",
        "price_from",
        "price_to",
        "vehicle_from",
        "created_at__gte",
        "created_at__lt",
    }


@pytest.mark.parametrize(
    "begins",
    [
        "2026-09-06 00:00:00-04:00",  # as the filter by date of the admin counts it
        "2026-09-06T04:00:00%2B00:00",  # as the links of the reports do
        "2026-09-06 01:00:00-03:00",
        "2026-09-06",
    ],
)
def test_day_that_has_no_midnight_is_a_whole_day(begins):
    """In Santiago 24:00 of 5 September is 01:00 of the 6th."""
    since, until = (audience_of(f"created_at__{one}={begins}") for one in ("gte", "lt"))

    assert since.to_json() == {"created_from": "2026-09-06"}
    assert until.to_json() == {"created_to": "2026-09-05"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("language=es", "A campaign cannot keep the filter “language” of the list."),
        (
            "created_at__gte=2026-11-20+10:30:00",
            "A campaign keeps whole days only, not “2026-11-20 10:30:00”.",
        ),
        (
            "created_at__gte=0001-01-01+00:00:00",
            "A campaign keeps whole days only, not “0001-01-01 00:00:00”.",
        ),
        ("q=+56911111111", "The search finds nobody."),
    ],
)
def test_what_cannot_be_kept_is_named(query, sentence):
    with pytest.raises(AudienceError, match=sentence):
        audience_of(query)


def test_search_by_an_address_keeps_the_people_and_not_the_address(everyone):
    ana = Contact.objects.get(name="Ana Peña")

    assert audience_of("q=%2B56975400946").to_json() == {"contact_ids": [ana.pk]}


def test_part_of_a_phone_finds_nobody_for_who_reads_them_masked(everyone, staff):
    with read_by(staff), pytest.raises(AudienceError, match="finds nobody"):
        audience_of("q=97540")


def test_people_found_by_the_last_digits_of_a_phone_are_the_audience(everyone):
    found = audience_of("q=0946")

    assert list(found.contact_ids) == [Contact.objects.get(phone="+56975400946").pk]

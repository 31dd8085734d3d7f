from datetime import timedelta

import pytest
from django.db.models import Q
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contacts.models import Contact, Vehicle
from contacts.search import contact_condition, phone_prefixes, vehicle_condition
from tests.factories.people import known_as


@pytest.mark.parametrize(
    ("typed", "prefixes"),
    [
        ("+569754", ["+569754"]),
        ("00569754", ["+569754"]),
        ("9754", ["+569754", "+9754"]),
        ("0 9754", ["+09754", "+569754"]),
        ("9 7540 0946", ["+56975400946", "+975400946"]),
        ("+521 55 1234 5678", ["+5215512345678", "+525512345678"]),
        ("whatsapp:+56975400946", ["+56975400946"]),
    ],
)
def test_phone_prefixes_read_part_of_a_number(typed, prefixes):
    assert phone_prefixes(typed) == prefixes


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        (" 9754 ", Q(phone__prefix="+569754") | Q(phone__prefix="+9754")),
        ("ana@", Q(email__sounds="ana@")),
        ("juan  pérez", Q(name__sounds="juan") & Q(name__sounds="pérez")),
        ("", Q()),
    ],
)
def test_contact_condition_asks_one_column(typed, condition):
    assert contact_condition(typed) == condition


def test_contact_condition_finds_the_start_of_a_user_id(db):
    known_as("CL.5678")
    person = known_as("CL.1234", phone="+56975400946")

    assert list(Contact.objects.filter(contact_condition("cl.12"))) == [person]


@pytest.mark.parametrize("text", ["x" * 3_000, "9" * 3_000, "x@" * 1_500, "[" * 3_000])
def test_search_of_any_length_is_answered(contact, text):
    vehicle = contact.vehicles.create(make="Kia", model="Rio", year=2020)

    assert not Contact.objects.search(text).exists()
    assert not Vehicle.objects.search(text).exists()
    assert list(Contact.objects.search("juan " * 1_500)) == [contact]
    assert list(Vehicle.objects.search("kia " * 1_500)) == [vehicle]


def test_contact_condition_follows_a_path():
    assert contact_condition("ana", "contact__") == Q(contact__name__sounds="ana")


def test_vehicle_condition_takes_four_digits_for_a_year_or_a_model():
    models = ["2008", "Yaris"]

    assert vehicle_condition("2008", [], models) == Q() & (Q(year=2008) | Q(model__in=["2008"]))


def test_vehicle_condition_takes_more_digits_for_the_owners_phone():
    assert vehicle_condition("+56975", [], []) == Q(contact__phone__prefix="+56975")


@pytest.mark.django_db
@given(st.text(st.sampled_from("ab1@+.: \n-_áñ\u200b٣"), min_size=1, max_size=6))
@example("a ").via("a condition of a thousand words is refused by SQLite")
@example("tel:")
@example("2015 ")
@settings(deadline=timedelta(seconds=2), max_examples=20)
def test_any_text_can_be_searched_for_in_time_linear_in_its_length(unit):
    text = (unit * 65_536)[:65_536]

    found = [
        *Contact.objects.search(text),
        *Vehicle.objects.search(text),
    ]

    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["+54 9 11 2345 6729", "+54 11 2345 6729", "+54 11 15 2345-6729"])
def test_search_finds_a_phone_in_its_other_spelling(typed):
    person = Contact.objects.create(phone="+541123456729")

    assert list(Contact.objects.search(typed)) == [person]

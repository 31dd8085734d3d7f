"""The people of a list, looked up before its rows."""

import pytest

from contacts.models import Contact, Vehicle
from contacts.search import people as search
from contacts.search.people import named_people, of_named_people
from tests.factories.people import people, vehicle
from waproject.core.readers import read_by


@pytest.mark.django_db
@pytest.mark.parametrize("count_limit", [2, 3, 4])
def test_few_and_many_people_are_found_alike(monkeypatch, count_limit):
    monkeypatch.setattr(search, "SEARCH_COUNT_LIMIT", count_limit)
    for one in people(3, name="Ana {}"):
        vehicle(one)
    vehicle(Contact.objects.create(phone="+56975400946", name="Beto"))

    named = Contact.objects.filter(named_people("ana")).count()
    theirs = Vehicle.objects.filter(of_named_people("ana")).count()

    assert (named, theirs) == (3, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "count"), [(" ", 2), ("nadie", 0), ("+5697", 2)])
def test_an_empty_text_names_everybody_and_an_unknown_name_nobody(text, count):
    people(2)

    assert Contact.objects.filter(named_people(text)).count() == count


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "count"), [("0946", 1), ("40 0946", 1), ("946", 0), ("+0946", 0)])
def test_the_last_digits_name_a_person_where_no_phone_begins_with_them(text, count):
    vehicle(Contact.objects.create(phone="+56975400946"))
    Contact.objects.create(phone="+56975401111")

    named = Contact.objects.filter(named_people(text)).count()
    theirs = Vehicle.objects.filter(of_named_people(text)).count()

    assert (named, theirs) == (count, count)


@pytest.mark.django_db
def test_who_reads_addresses_masked_finds_nobody_by_the_last_digits(staff):
    Contact.objects.create(phone="+56975400946")

    with read_by(staff):
        assert Contact.objects.filter(named_people("0946")).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count_limit", [1, 1_000])
def test_people_are_named_by_their_name_or_by_what_they_drive(monkeypatch, count_limit):
    monkeypatch.setattr(search, "SEARCH_COUNT_LIMIT", count_limit)
    mario, ana, _eva = people(3, name="Eva")
    Contact.objects.filter(pk=mario.pk).update(name="Mario Soto")
    vehicle(ana, make="Kia", model="Rio", year=2018)

    found = Contact.objects.filter(named_people("rio"))

    assert {*found} == {mario, ana}

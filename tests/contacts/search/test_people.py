"""The people of a list, looked up before its rows."""

import pytest

from contacts.models import Contact, Vehicle
from contacts.search import people as search
from contacts.search.people import named_people, of_named_people
from tests.factories.people import people, vehicle


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

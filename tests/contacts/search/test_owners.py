import pytest
from django.db.models import Q

from contacts.models import Contact
from contacts.search.owners import or_owners, vehicles_named
from tests.factories.people import people, vehicle

pytestmark = pytest.mark.django_db
NOBODY = Q(pk__in=[])


@pytest.fixture
def drivers(db) -> list[Contact]:
    cars = [
        ("Hyundai", "Tucson", 2018),
        ("Hyundai", "Accent", 2015),
        ("Mazda", "CX-5", 2018),
        ("Chevrolet", "Montana", 2018),
    ]
    drivers = people(len(cars), name="Persona {}")
    for one, (make, model, year) in zip(drivers, cars, strict=True):
        vehicle(one, make=make, model=model, year=year)
    return drivers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tucson", [0]),
        ("TUCSÓN", [0]),
        ("hyundai tucson", [0]),
        ("tucson 2018", [0]),
        ("tucson 2015", []),
        ("cx5", [2]),
        ("mazda cx-5", [2]),
        ("cx 5", [2]),
    ],
)
def test_owners_are_those_of_the_model_named(drivers, text, found):
    owners = Contact.objects.filter(or_owners(NOBODY, text)).order_by("pk")

    assert list(owners) == [drivers[place] for place in found]


@pytest.mark.parametrize(
    "text",
    ["hyundai", "2018", "ana", "juan tucson", "tuc", "", "  ", "+5697", "a@b.cl", "[*?'\x01"],
)
def test_what_names_no_model_names_no_vehicle(drivers, text):
    assert vehicles_named(text) is None
    assert not Contact.objects.filter(or_owners(NOBODY, text)).exists()
    assert Contact.objects.filter(or_owners(Q(), text)).count() == 4


def test_owner_of_two_is_found_once(drivers):
    vehicle(drivers[0], make="Hyundai", model="Tucson", year=2010)

    assert Contact.objects.filter(or_owners(NOBODY, "tucson")).count() == 1

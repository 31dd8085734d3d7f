import pytest
from django.test import Client

from contacts.models import Contact, Tag, Vehicle
from tests.factories.users import permit_only


@pytest.fixture
def as_staff(staff, client):
    """The browser of a staff user who has only the permissions named."""

    def log_in(*codenames: str) -> Client:
        client.force_login(permit_only(staff, *codenames))
        return client

    return log_in


@pytest.fixture
def vip(db) -> Tag:
    return Tag.objects.create(name="VIP")


@pytest.fixture
def make_people(vip):
    """Adds `count` people, each with two vehicles and a tag."""

    def make(count: int) -> None:
        first = Contact.objects.count()
        for number in range(first, first + count):
            person = Contact.objects.create(phone=f"+5697000{number:04d}", name=f"Persona {number}")
            person.tags.add(vip)
            Vehicle.objects.create(contact=person, make="Toyota", model="Yaris", year=2015)
            Vehicle.objects.create(contact=person, make="Kia", model="Rio", year=2020)

    return make

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from contacts.models import Contact, Tag, Vehicle
from waproject.accounts.models import User


@pytest.fixture
def as_staff(staff, client):
    """The browser of a staff user who has only the permissions named, of the contacts app."""

    def log_in(*codenames: str) -> Client:
        allowed = Permission.objects.filter(content_type__app_label="contacts")
        staff.user_permissions.set(allowed.filter(codename__in=codenames))
        client.force_login(User.objects.get(pk=staff.pk))
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

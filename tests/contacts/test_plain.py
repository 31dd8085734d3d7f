import pytest

from contacts.models import Contact, Vehicle
from contacts.plain import PlainContact, PlainVehicle
from tests.factories.people import known_as


@pytest.mark.parametrize("phone", ["+56975400946", None])
def test_a_plain_contact_reads_as_its_model_does(db, phone):
    contact = known_as("CL.1", name="Ana", phone=phone)

    columns = Contact.objects.with_id_for_phone().values_list(*PlainContact._fields)
    plain = PlainContact(*columns.get())

    assert (plain.pk, plain.address, str(plain)) == (contact.pk, contact.address, str(contact))


def test_a_plain_vehicle_has_the_columns_of_its_model(contact):
    vehicle = Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)

    plain = PlainVehicle(*Vehicle.objects.values_list(*PlainVehicle._fields).get())

    assert plain == (vehicle.pk, "Kia", "Rio", 2020, None, "")


@pytest.mark.parametrize(
    ("phone", "said"),
    [("+56975400946", "Ana +56 9 7540 0946"), ("+5491123456789", "Ana +54 9 11 2345-6789")],
)
def test_a_person_is_named_with_the_phone_as_people_write_it(db, phone, said):
    assert str(Contact(name="Ana", phone=phone)) == said

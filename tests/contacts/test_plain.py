import pytest

from contacts.models import Contact, Vehicle
from contacts.plain import PlainContact, PlainVehicle


@pytest.mark.parametrize(
    "known", [{"phone": "+56975400946"}, {"whatsapp_user_id": "CL.1"}], ids=["phone", "user id"]
)
def test_a_plain_contact_reads_as_its_model_does(db, known):
    contact = Contact.objects.create(name="Ana", **known)

    plain = PlainContact(*Contact.objects.values_list(*PlainContact._fields).get())

    assert (plain.pk, plain.address, str(plain)) == (contact.pk, contact.address, str(contact))


def test_a_plain_vehicle_has_the_columns_of_its_model(contact):
    vehicle = Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)

    plain = PlainVehicle(*Vehicle.objects.values_list(*PlainVehicle._fields).get())

    assert plain == (vehicle.pk, "Kia", "Rio", 2020, None, "")

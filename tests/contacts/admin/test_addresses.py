"""The addresses on the page of a contact."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from contacts.models import Contact
from optouts.operations import opt_out
from tests.contacts.admin.test_contacts import form_data, page_of
from tests.factories.people import add_address, block, known_as

pytestmark = pytest.mark.django_db
ADD = reverse("admin:contacts_contact_add")


def row(channel: str, value: str, **changes: str) -> dict[str, str]:
    """What the browser sends for a contact with one new address."""
    return form_data(
        **{"addresses-TOTAL_FORMS": "1", "addresses-0-channel": channel, **changes},
        **{"addresses-0-value": value},
    )


def test_page_takes_a_person_who_has_a_user_id_alone(boss):
    boss.post(ADD, row("whatsapp", "CL.1234", phone=""))

    assert Contact.objects.get().address == "CL.1234"


def test_page_takes_a_second_phone_as_people_write_it(boss, contact):
    boss.post(page_of(contact), row("phone", "9 9008 0338"))

    assert [str(one) for one in contact.addresses.all()] == ["+56 9 9008 0338"]


@pytest.mark.parametrize(
    ("channel", "value", "sentence"),
    [
        ("whatsapp", "Juan", "A WhatsApp user id looks like CL.1234."),
        ("whatsapp", "CL.9", "Another contact has this address."),
        ("phone", "9 9008 0338", "Another contact has this address."),
        ("sms", "+56990080338", "Choose “phone” for a phone number."),
    ],
)
def test_page_says_what_is_wrong_with_an_address(boss, contact, channel, value, sentence):
    known_as("CL.9", phone="+56990080338")

    assertContains(boss.post(page_of(contact), row(channel, value)), sentence)

    assert contact.addresses.count() == 0


def test_page_does_not_take_the_last_address_away(boss):
    person = known_as("CL.1")
    kept = {"addresses-INITIAL_FORMS": "1", "addresses-0-id": str(person.addresses.get().pk)}

    response = boss.post(
        page_of(person),
        row("whatsapp", "CL.1", phone="", **kept, **{"addresses-0-DELETE": "on"}),
    )

    assertContains(response, "A contact needs a phone or another address.")
    assert person.addresses.count() == 1


def test_page_shows_the_addresses_of_who_opted_out_and_changes_none(boss):
    person = known_as("CL.1")
    opt_out(person, reason="manual")

    response = boss.get(page_of(person))

    assertContains(response, "CL.1")
    assertNotContains(response, 'name="addresses-0-value"')


def test_page_lists_no_block_of_the_phone_among_the_addresses(boss, contact):
    block(contact, "whatsapp")
    add_address(contact, "CL.1")

    form = boss.get(reverse("admin:contacts_contact_edit", args=[contact.pk]))
    assertContains(form, 'name="addresses-INITIAL_FORMS" value="1"')

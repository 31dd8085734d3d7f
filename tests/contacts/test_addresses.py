"""Addresses besides the phone, and where a person is written to."""

import pytest
from django.db import IntegrityError

from contacts.addresses import address_on
from contacts.models import Address, Contact
from tests.factories.people import add_address, block, known_as

pytestmark = pytest.mark.django_db
PHONE = "+56975400946"


@pytest.mark.parametrize(
    ("channel", "phone", "address"),
    [
        ("whatsapp", PHONE, PHONE),
        ("whatsapp", None, "CL.2"),
        ("sms", PHONE, PHONE),
        ("sms", None, ""),
        ("other", PHONE, "messenger:1"),
    ],
)
def test_address_on_a_channel_is_one_for_queries_and_for_contacts(channel, phone, address):
    person = known_as("CL.1", phone=phone)
    add_address(person, "CL.2")
    add_address(person, "2345", channel="sms")
    add_address(person, "messenger:1", channel="other")

    [found] = Contact.objects.values_list(address_on(channel), flat=True)

    assert (found or "", person.address_on(channel)) == (address, address)


def test_address_of_a_person_is_the_user_id_before_any_other():
    person = known_as("CL.1")
    add_address(person, "messenger:1", channel="other")

    assert (person.address, person.whatsapp_user_id) == ("CL.1", "CL.1")


def test_one_address_of_a_channel_has_one_contact():
    known_as("+5491123456729", channel="phone")

    with pytest.raises(IntegrityError):
        known_as("+541123456729", channel="phone")


def test_a_block_of_a_phone_identifies_nobody(contact):
    block(contact, "sms", "30005")

    assert (Address.objects.identities().count(), contact.whatsapp_user_id) == (0, None)


def test_a_block_that_is_lifted_leaves_the_user_id(contact):
    person = known_as("CL.1")
    for one in (contact, person):
        block(one, "whatsapp")

    Contact.objects.all().unblock_channel("whatsapp")

    assert list(Address.objects.values_list("value", "blocked_code")) == [("CL.1", "")]


def test_a_block_moves_to_who_has_the_phone_now(contact):
    block(contact, "whatsapp")
    Contact.objects.filter(pk=contact.pk).update(phone="+56990080338")
    heir = Contact.objects.create(phone=PHONE)

    block(heir, "whatsapp", "63003")

    row = Address.objects.get()
    assert (row.contact, row.blocked_code) == (heir, "63003")


def test_people_are_found_by_a_second_phone(contact):
    add_address(contact, "+5491123456729", channel="phone")

    assert list(Contact.objects.with_phones(["+541123456729"])) == [contact]

"""Who wrote."""

import pytest

from contacts.models import Contact
from messaging.people import complete_addresses, contact_of, twin_of
from optouts.models import OptOut
from optouts.operations import opt_out

PHONE, USER_ID = "+56975400946", "CL.1234"


@pytest.fixture
def nameless(db) -> Contact:
    """A person known by their WhatsApp user id alone."""
    return Contact.objects.create(whatsapp_user_id=USER_ID)


def found(phone=PHONE, user_id=None, name="Perfil") -> Contact:
    contact = contact_of(phone=phone, user_id=user_id, name=name)
    complete_addresses(contact, phone=phone, user_id=user_id)
    return contact


def test_contact_of_finds_the_phone_and_keeps_the_name(contact):
    assert (found(), found().name) == (contact, "Juan Pérez")


def test_contact_of_makes_an_unknown_phone(db):
    made = found()

    assert (made.phone, made.name, made.status) == (PHONE, "Perfil", "active")


def test_contact_of_makes_a_person_without_a_phone(db):
    made = found(phone=None, user_id=USER_ID)

    assert (made.phone, made.whatsapp_user_id) == (None, USER_ID)


def test_contact_of_finds_the_user_id(nameless):
    assert found(phone=None, user_id=USER_ID) == nameless


def test_contact_of_fills_in_the_user_id(contact):
    found(user_id=USER_ID)

    contact.refresh_from_db()
    assert contact.whatsapp_user_id == USER_ID


def test_contact_of_leaves_a_user_id_that_another_contact_has(contact, nameless):
    assert found(user_id=USER_ID) == contact

    contact.refresh_from_db()
    assert contact.whatsapp_user_id is None


def test_contact_of_fills_in_the_phone_of_a_known_user_id(nameless):
    assert found(user_id=USER_ID) == nameless

    nameless.refresh_from_db()
    assert nameless.phone == PHONE


def test_contact_of_gives_the_opt_out_its_phone_too(nameless):
    opt_out(nameless, reason="user_request")

    found(user_id=USER_ID)

    assert OptOut.objects.get().phone == PHONE


def test_twin_of_is_the_contact_with_the_other_address(contact, nameless):
    assert twin_of(contact, user_id=USER_ID) == nameless


def test_twin_of_is_nobody_without_another_contact(contact, nameless):
    assert [twin_of(nameless, user_id=USER_ID), twin_of(contact, user_id=None)] == [None, None]

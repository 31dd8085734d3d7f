"""The contacts of people who wrote: found, made, joined."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from messaging.inbound.contacts import (
    Person,
    complete_addresses,
    lock_contacts,
    lock_contacts_without_waiting,
)
from optouts.models import OptOut
from optouts.operations import opt_out
from tests.contacts.pairs import unmerged
from tests.factories.people import add_address, block, known_as
from tests.messaging.conftest import arrival

PHONE, USER_ID = "+56975400946", "CL.1234"


@pytest.fixture
def nameless(db) -> Contact:
    """A person known by their WhatsApp user id alone."""
    return known_as(USER_ID)


def person_of(phone=PHONE, user_id=None, name="Perfil") -> Person:
    arrived = arrival(phone=phone, user_id=user_id, name=name)
    [person] = lock_contacts([arrived])
    complete_addresses([person], [arrived])
    return person


def found(**addresses) -> Contact:
    return person_of(**addresses).contact


def test_lock_contacts_finds_the_phone_and_keeps_the_name(contact):
    assert (found(), found().name) == (contact, "Juan Pérez")


def test_lock_contacts_makes_an_unknown_phone(db):
    made = found()

    assert (made.phone, made.name, made.status) == (PHONE, "Perfil", "active")


def test_lock_contacts_makes_a_person_without_a_phone(db):
    made = found(phone=None, user_id=USER_ID)

    assert (made.phone, made.whatsapp_user_id) == (None, USER_ID)


def test_lock_contacts_finds_the_user_id(nameless):
    assert found(phone=None, user_id=USER_ID) == nameless


def test_lock_contacts_fills_in_the_user_id(contact):
    found(user_id=USER_ID)

    assert contact.whatsapp_user_id == USER_ID


def test_lock_contacts_leaves_a_user_id_that_another_contact_has(contact, nameless):
    assert found(user_id=USER_ID) == contact

    assert contact.whatsapp_user_id is None


def test_lock_contacts_fills_in_the_phone_of_a_known_user_id(nameless):
    assert found(user_id=USER_ID) == nameless

    nameless.refresh_from_db()
    assert nameless.phone == PHONE


def test_lock_contacts_gives_the_opt_out_its_phone_too(nameless):
    opt_out(nameless, reason="user_request")

    found(user_id=USER_ID)

    assert OptOut.objects.get().phone == PHONE


def test_lock_contacts_tells_the_contact_with_the_other_address(contact, nameless):
    assert person_of(user_id=USER_ID).twin == nameless


def test_lock_contacts_tells_of_no_twin_without_another_contact(contact, nameless):
    alone = person_of(phone=None, user_id=USER_ID)

    assert [alone.twin, person_of().twin] == [None, None]


def test_lock_contacts_gives_the_opt_out_a_phone_with_which_another_person_opted_out(nameless):
    former = Contact.objects.create(phone=PHONE)
    opt_out(former, reason="user_request")
    Contact.objects.filter(pk=former.pk).update(phone="+56990080338")
    opt_out(nameless, reason="user_request")

    found(user_id=USER_ID)

    rows = dict(OptOut.objects.values_list("contact", "phone"))
    assert rows == {former.pk: "+56990080338", nameless.pk: PHONE}


def test_lock_contacts_takes_the_latest_user_id_of_a_phone(contact):
    for user_id in ("CL.1", "CL.2"):
        found(user_id=user_id)

    assert [found(phone=None, user_id=user_id) for user_id in ("CL.1", "CL.2")] == [contact] * 2
    assert contact.whatsapp_user_id == "CL.2"


def test_lock_contacts_makes_a_contact_for_another_phone_of_a_known_user_id(nameless):
    Contact.objects.filter(pk=nameless.pk).update(phone="+56990080338")

    person = person_of(user_id=USER_ID)

    assert (person.contact.phone, person.contact.whatsapp_user_id) == (PHONE, None)
    assert (person.twin, Contact.objects.count()) == (nameless, 2)


def test_lock_contacts_finds_the_user_id_of_a_person_without_a_key(db):
    other = Contact.objects.create(phone="+541123456729")
    person = unmerged("+5491123456729")
    add_address(person, USER_ID)

    assert found(phone=None, user_id=USER_ID) == person
    assert found(phone="+5491123456729", user_id=USER_ID) == other


@pytest.mark.parametrize("look_up", [lock_contacts, lock_contacts_without_waiting])
def test_lock_contacts_finds_a_phone_in_its_other_spelling(db, look_up):
    people = [Contact.objects.create(phone=p) for p in ("+541123456729", "+5511987654329")]
    unmerged("+5491123456729")

    found = look_up([arrival(phone=p) for p in ("+5491123456729", "+551187654329")])

    assert [one.contact for one in found] == people


def test_lock_contacts_finds_a_person_without_a_key(db):
    person = unmerged("+5491123456729")

    assert found(phone="+5491123456729") == person


@pytest.mark.parametrize("look_up", [lock_contacts, lock_contacts_without_waiting])
def test_lock_contacts_several_finds_and_makes_each_in_its_place(contact, nameless, look_up):
    addresses = [(None, "CL.9"), (PHONE, None), ("+56975400999", "CL.8"), (None, USER_ID)]

    people = look_up([arrival(phone=phone, user_id=user_id) for phone, user_id in addresses])

    new, known, whole, named = (one.contact for one in people)
    assert (known, named) == (contact, nameless)
    assert (new.whatsapp_user_id, whole.phone, people[2].new_user_id) == (
        "CL.9",
        "+56975400999",
        "CL.8",
    )


def test_lock_contacts_several_makes_and_locks_them_in_one_order(db):
    phones = ["+56975400003", "+56975400001", "+56975400002"]

    with CaptureQueriesContext(connection) as queries:
        lock_contacts([arrival(phone=phone) for phone in phones])

    made = Contact.objects.order_by("pk").values_list("phone", flat=True)
    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT contacts.*")]
    assert list(made) == sorted(phones)
    assert ["ORDER BY contacts.id" in read for read in reads] == [True, True]


def test_lock_contacts_without_waiting_finds_a_person_who_writes_from_another_user_id(contact):
    add_address(contact, "CL.9")

    assert lock_contacts_without_waiting([arrival(user_id=USER_ID)]) == [
        Person(contact, None, USER_ID)
    ]


def test_lock_contacts_without_waiting_leaves_a_person_who_writes_from_another_phone(nameless):
    Contact.objects.filter(pk=nameless.pk).update(phone="+56990080338")

    assert lock_contacts_without_waiting([arrival(user_id=USER_ID)]) == [None]


@pytest.mark.parametrize("look_up", [lock_contacts, lock_contacts_without_waiting])
def test_lock_contacts_finds_a_second_phone_in_any_spelling(contact, look_up):
    add_address(contact, "+5491123456729", channel="phone")

    [person] = look_up([arrival(phone="+541123456729")])

    assert (person.contact, Contact.objects.count()) == (contact, 1)


def test_lock_contacts_finds_the_owner_of_a_phone_before_who_has_it_as_a_second_one(
    contact, nameless
):
    add_address(nameless, PHONE, channel="phone")

    assert found() == contact


def test_lock_contacts_takes_nobody_for_the_owner_of_a_phone_that_is_blocked_for_them(contact):
    block(contact, "whatsapp")
    Contact.objects.filter(pk=contact.pk).update(phone="+56990080338")

    assert found() != contact

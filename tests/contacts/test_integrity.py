import pytest
from django.utils import timezone

from contacts import integrity
from contacts.models import Address, Contact, ImportJob
from tests.contacts.pairs import unmerged
from tests.factories.people import known_as
from waproject.core.jobs.models import Job

pytestmark = pytest.mark.django_db


def finished_import(**fields) -> ImportJob:
    """An import of three rows that ended well."""
    job = Job.objects.create(
        kind="import",
        title="lista.csv",
        state="completed",
        total=fields.pop("total", 3),
        done=3,
        finished_at=timezone.now(),
    )
    return ImportJob.objects.create(**{"job": job, "created_count": 2, "failed_count": 1, **fields})


def test_an_import_that_ended_well_has_no_problem():
    finished_import()

    assert list(integrity.integrity_problems()) == []


@pytest.mark.parametrize("wrong", [{"created_count": 1}, {"total": 4}])
def test_an_import_that_does_not_add_up_is_found(wrong):
    job = finished_import(**wrong)

    assert list(integrity.integrity_problems()) == [
        f"Imports whose counts do not add up: {job.pk}."
    ]


def test_a_person_who_is_there_twice_is_found():
    Contact.objects.create(phone="+525512345678")
    twin = unmerged("+5215512345678")

    assert list(integrity.integrity_problems()) == [
        f"Contacts whose phone another contact has in another spelling: {twin.pk}."
        " Run manage.py merge_contacts."
    ]


def test_an_unmerged_person_who_would_be_written_to_is_found():
    twin = unmerged("+5215512345678", status="active")

    assert (
        f"Contacts that are active though another contact is the same person: {twin.pk}."
        in integrity.integrity_problems()
    )


@pytest.mark.parametrize("phone", ["+56975400946", "+5215512345678", None])
def test_a_key_of_another_phone_is_found(phone):
    contact = known_as("CL.1", phone=phone)
    Contact.objects.update(phone_key="+56990080338")

    assert list(integrity.integrity_problems()) == [
        f"Contacts whose key is not that of their phone: {contact.pk}."
    ]


def test_a_problem_names_the_first_ten_rows_and_counts_the_others():
    first, *_rest = [finished_import(total=9).pk for _number in range(12)]
    named = ", ".join(str(first + number) for number in range(10))

    assert list(integrity.integrity_problems()) == [
        f"Imports whose counts do not add up: {named} and 2 more."
    ]


def test_a_contact_without_any_address_is_found():
    lost = Contact.objects.create(name="Eva")
    known_as("CL.1")

    assert list(integrity.people_without_an_address()) == [lost]


def test_an_address_with_another_key_is_found():
    known_as("CL.1")
    Address.objects.update(key="CL.2")

    assert list(integrity.addresses_with_another_key()) == [Address.objects.get()]

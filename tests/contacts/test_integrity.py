import pytest
from django.utils import timezone

from contacts import integrity
from contacts.models import Contact, ImportJob

pytestmark = pytest.mark.django_db


def finished_import(**fields) -> ImportJob:
    """An import of three rows that ended well."""
    return ImportJob.objects.create(
        **{
            "status": "completed",
            "rows_total": 3,
            "rows_done": 3,
            "created_count": 2,
            "failed_count": 1,
            "finished_at": timezone.now(),
            **fields,
        }
    )


def test_an_import_that_ended_well_has_no_problem():
    finished_import()

    assert list(integrity.problems()) == []


@pytest.mark.parametrize("wrong", [{"created_count": 1}, {"rows_total": 4}])
def test_an_import_that_does_not_add_up_is_found(wrong):
    job = finished_import(**wrong)

    assert list(integrity.problems()) == [f"Imports whose counts do not add up: {job.pk}."]


@pytest.mark.parametrize("wrong", [{"finished_at": None}, {"status": "running"}])
def test_an_import_whose_end_is_not_what_its_status_says_is_found(wrong):
    job = finished_import(**wrong)

    assert list(integrity.problems()) == [f"Imports whose state and end disagree: {job.pk}."]


def test_a_mexican_phone_with_the_extra_1_is_found():
    contact = Contact.objects.create(phone="+5215512345678")
    Contact.objects.create(phone="+525512345678")

    assert list(integrity.problems()) == [
        f"Contacts whose phone has the Mexican 1 after +52: {contact.pk}."
    ]


def test_a_problem_names_the_first_ten_rows_and_counts_the_others():
    first, *_rest = [finished_import(rows_total=9).pk for _number in range(12)]
    named = ", ".join(str(first + number) for number in range(10))

    assert list(integrity.problems()) == [
        f"Imports whose counts do not add up: {named} and 2 more."
    ]

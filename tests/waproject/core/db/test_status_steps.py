from datetime import UTC, datetime, timedelta

import pytest

from contacts.models import Contact
from waproject.core.db.status_steps import Course, Step

FIRST = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
LATER = FIRST + timedelta(minutes=1)
# Contacts by name, with the words of their own model: to become active, and thereafter invalid.
COURSE = Course(
    Contact,
    key="name",
    sources={"active": ["opted_out"], "invalid": ["opted_out", "active"]},
    times={"invalid": "updated_at"},
    condition="email <> 'not@example.org'",
)


def status_of(contact: Contact) -> str:
    contact.refresh_from_db()
    return contact.status


@pytest.mark.parametrize("steps", [["active", "invalid"], ["invalid", "active"]])
def test_course_goes_forward_only(contact, steps):
    Contact.objects.update(name="Ana", status="opted_out")

    assert COURSE.follow(Step("Ana", to, LATER) for to in steps) == {"Ana"}

    assert status_of(contact) == "invalid"


def test_course_keeps_a_moment_that_is_there(contact):
    Contact.objects.update(name="Ana", updated_at=FIRST)

    COURSE.follow([Step("Ana", "invalid", LATER)])

    assert (status_of(contact), contact.updated_at) == ("invalid", FIRST)


@pytest.mark.parametrize("to", ["", "nowhere"])
def test_course_finds_the_row_of_a_step_that_moves_nothing(contact, to):
    Contact.objects.update(name="Ana")

    assert COURSE.follow([Step("Ana", to, LATER)]) == {"Ana"}

    assert status_of(contact) == "active"


def test_course_leaves_rows_alone_that_do_not_take_part(contact):
    Contact.objects.update(name="Ana", email="not@example.org")

    assert COURSE.follow([Step("Ana", "invalid", LATER)]) == set()

    assert status_of(contact) == "active"


@pytest.mark.parametrize("name", ['A"n\\a', "A,{n}a", "", "NULL", "A'n%sa", "Ñandú 👍"])
def test_course_takes_any_text_for_a_key(contact, name):
    Contact.objects.update(name=name)

    assert COURSE.follow([Step(name, "invalid", LATER)]) == {name}


def test_course_takes_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert COURSE.follow([]) == set()

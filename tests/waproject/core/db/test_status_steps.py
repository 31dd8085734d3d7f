import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from contacts.models import Contact
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.db.status_steps import Moved, StatusSteps, Step

FIRST = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
LATER = FIRST + timedelta(minutes=1)
# Contacts by name, with the words of their own model: to become active, and thereafter invalid.
STEPS = StatusSteps(
    Contact,
    key="name",
    sources={"active": ["opted_out"], "invalid": ["opted_out", "active"]},
    times={"invalid": "updated_at"},
    without={"email": ["not@example.org"]},
)


def take(*steps: Step) -> set[str]:
    return STEPS.take(steps).found


def status_of(contact: Contact) -> str:
    contact.refresh_from_db()
    return contact.status


@pytest.mark.parametrize("steps", [["active", "invalid"], ["invalid", "active"]])
def test_steps_goes_forward_only(contact, steps):
    Contact.objects.update(name="Ana", status="opted_out")

    assert take(*(Step("Ana", to, LATER) for to in steps)) == {"Ana"}

    assert status_of(contact) == "invalid"


def test_steps_keeps_a_moment_that_is_there(contact):
    Contact.objects.update(name="Ana", updated_at=FIRST)

    take(Step("Ana", "invalid", LATER))

    assert (status_of(contact), contact.updated_at) == ("invalid", FIRST)


@pytest.mark.parametrize("to", ["", "nowhere"])
def test_steps_finds_the_row_of_a_step_that_moves_nothing(contact, to):
    Contact.objects.update(name="Ana")

    assert take(Step("Ana", to, LATER)) == {"Ana"}

    assert status_of(contact) == "active"


def test_steps_leaves_rows_alone_that_do_not_take_part(contact):
    Contact.objects.update(name="Ana", email="not@example.org")

    assert take(Step("Ana", "invalid", LATER)) == set()

    assert status_of(contact) == "active"


@pytest.mark.parametrize("name", ['A"n\\a', "A,{n}a", "", "NULL", "A'n%sa", "Ñandú 👍"])
def test_steps_takes_any_text_for_a_key(contact, name):
    Contact.objects.update(name=name)

    assert take(Step(name, "invalid", LATER)) == {name}


def test_steps_takes_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert take() == set()


def test_steps_tell_the_moves_of_each_row_in_their_order(contact):
    Contact.objects.update(name="Ana", status="opted_out")
    steps = [Step("Ana", to, LATER, "webhook") for to in ("active", "active", "invalid", "active")]

    assert STEPS.take(steps).moves == [
        Moved(contact.pk, "opted_out", "active", LATER, "webhook"),
        Moved(contact.pk, "active", "invalid", LATER, "webhook"),
    ]


def test_steps_of_many_rows_take_two_statements(db, django_assert_num_queries):
    made = Contact.objects.bulk_create(
        Contact(phone=f"+5697540{n:04}", name=f"P{n}", status="opted_out") for n in range(20)
    )
    steps = [Step(one.name, ("active", "invalid")[n % 2], LATER) for n, one in enumerate(made)]

    with django_assert_num_queries(2):
        take(*steps)

    assert Contact.objects.filter(status="active").count() == 10
    assert Contact.objects.filter(status="invalid").count() == 10


def test_steps_that_change_nothing_write_nothing(contact, django_assert_num_queries):
    Contact.objects.update(name="Ana")
    take(Step("Ana", "invalid", LATER))

    with django_assert_num_queries(1):
        take(Step("Ana", "active", LATER), Step("Ana", "invalid", FIRST))


def test_rows_are_written_by_their_ids_and_not_sought_in_the_whole_table(db):
    Contact.objects.bulk_create(Contact(phone=f"+5697540{n:04}", name="Ana") for n in range(5_000))
    refresh_statistics(Contact)
    rows = [(pk, "invalid", LATER) for pk in Contact.objects.values_list("pk", flat=True)[:10]]
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "

    with connection.cursor() as cursor:
        cursor.execute(explain + STEPS._writing, [json.dumps(rows, default=str), len(rows)])
        plan = "\n".join(str(line[-1]) for line in cursor.fetchall())

    by_id = {"postgresql": "using contacts_pkey", "sqlite": "kept USING INTEGER PRIMARY KEY"}
    assert by_id[connection.vendor] in plan

"""Statistics of tables that grow fast: PostgreSQL's alone, SQLite plans without them."""

import pytest
from django.db import connection

from contacts.models import Contact
from waproject.core.db import bulk_insert
from waproject.core.db.bulk_insert import refresh_outgrown_statistics, refresh_statistics

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.only_on("postgresql"),
]


def add(count: int) -> None:
    first = Contact.objects.count()
    Contact.objects.bulk_create(
        Contact(phone=f"+56975{n:06}", name="Ana") for n in range(first, first + count)
    )


def known() -> int:
    """How many contacts the planner takes there to be, at their last look."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'contacts'::regclass")
        [(count,)] = cursor.fetchall()
    return int(count)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bulk_insert, "_PAGES_OF_A_SMALL_TABLE", 0)


def test_a_table_that_has_doubled_is_looked_at():
    add(500)
    refresh_statistics(Contact)
    add(2_000)

    refresh_outgrown_statistics(Contact)

    assert known() == 2_500


def test_a_table_that_has_grown_a_little_is_left():
    add(2_000)
    refresh_statistics(Contact)
    add(500)

    refresh_outgrown_statistics(Contact)

    assert known() == 2_000


def test_a_small_table_is_left(monkeypatch):
    monkeypatch.setattr(bulk_insert, "_PAGES_OF_A_SMALL_TABLE", 1_000)
    refresh_statistics(Contact)
    add(500)

    refresh_outgrown_statistics(Contact)

    assert known() == 0

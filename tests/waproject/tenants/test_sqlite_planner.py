"""SQLite alone; PostgreSQL counts its rows by itself."""

import pytest
from django.db import connection
from django.db.models import Count

from contacts.models import Contact, Vehicle
from messaging.models import Conversation, Message
from waproject.core.db.bulk_lookup import each
from waproject.tenants.sqlite.planner import describe_tenant_indexes

pytestmark = pytest.mark.django_db


def statistics(table: str) -> dict[str, str]:
    """What stands there of a table, by index; "" is the table itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(idx, ''), stat FROM sqlite_stat1 WHERE tbl = %s", [table])
        return dict(cursor.fetchall())


def test_statistics_that_an_operator_counted_of_other_tables_are_kept():
    described = statistics("contacts")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sqlite_stat1 VALUES ('auth_permission', NULL, '7')")
        cursor.execute("UPDATE sqlite_stat1 SET stat = '1 1 1' WHERE tbl = 'contacts'")

    describe_tenant_indexes(using="default")

    assert (statistics("auth_permission"), statistics("contacts")) == ({"": "7"}, described)


def test_rows_that_are_named_by_their_ids_are_not_sought_among_all_of_the_tenant():
    plan = Vehicle.objects.filter(pk__in=each(int, [1, 2])).order_by().explain()

    assert "vehicles USING INTEGER PRIMARY KEY" in plan


def test_a_list_of_the_tenant_is_read_by_its_index():
    plan = Contact.objects.order_by("-pk")[:50].explain()

    assert "USING INDEX contacts_tenant_" in plan


def test_people_joined_to_cars_are_not_sought_among_those_of_all_tenants():
    cars = Vehicle.objects.filter(contact__status="active").values("make")

    plan = cars.annotate(people=Count("contact", distinct=True)).order_by().explain()

    assert "ANY(tenant_id)" not in plan


def test_a_list_of_many_in_the_order_of_their_ids_is_not_sorted():
    plan = Message.objects.filter(direction="outbound").order_by("-pk")[:50].explain()

    assert "TEMP B-TREE" not in plan


def test_an_index_with_a_condition_is_taken_where_its_condition_holds():
    plan = Conversation.objects.filter(wants_human=True).order_by().explain()

    assert "inbox_asking_for_a_person" in plan

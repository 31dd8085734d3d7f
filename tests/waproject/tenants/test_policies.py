"""Row-level security of PostgreSQL. The suite's own role is not above it (tests/postgresql)."""

from contextvars import Context
from datetime import UTC

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from contacts.models import Contact, Tag, Vehicle
from messaging.models import Account, Conversation, Sender
from tests.campaigns.reports import comparison, dataset
from tests.postgresql.base import ROLE
from waproject.tenants.checks import check_role_is_under_policies, unprotected_tables
from waproject.tenants.policies import POLICY, tenant_tables
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(other_tenant) -> int:
    """Rows of another business in the tables that matter most; its id."""
    with in_tenant(other_tenant.pk):
        Account.objects.create(name="Otra", external_id="AC" + "1" * 32)
        contact = Contact.objects.create(phone="+56911111111", name="Ana")
        contact.tags.add(Tag.objects.create(name="vip"))
        Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)
        sender = Sender.objects.create(name="Otra", channel="whatsapp", address="+56229999999")
        Conversation.objects.create(sender=sender, contact=contact)
    return other_tenant.pk


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_server_compiles_no_statement():
    assert rows("SHOW jit") == [("off",)]


def test_every_table_of_tenants_has_its_policy():
    assert (unprotected_tables("default"), len(tenant_tables()) > 20) == ([], True)


def test_a_table_without_its_policy_is_named():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP POLICY {POLICY} ON vehicles")
        cursor.execute("ALTER TABLE tags NO FORCE ROW LEVEL SECURITY")

    assert unprotected_tables("default") == ["tags", "vehicles"]


def test_the_role_of_the_suite_is_no_more_than_that_of_the_site():
    assert check_role_is_under_policies(None) == []


def test_a_role_that_passes_policies_by_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")  # the role of DATABASE_URL, which makes databases
        found = check_role_is_under_policies(None)
        cursor.execute(f"SET ROLE {ROLE}")

    assert [error.id for error in found] == ["waproject.E012"]


def test_a_raw_cursor_sees_no_row_of_another_business(theirs):
    tables = tenant_tables()
    statement = "SELECT 1 FROM {} WHERE tenant_id = {}"
    shown = [table for table in tables if rows(statement.format(table, theirs))]

    assert (len(tables) > 20, shown) == (True, [])


def test_a_raw_cursor_of_the_other_business_sees_its_rows(theirs):
    with in_tenant(theirs):
        names = rows("SELECT name FROM contacts")

    assert names == [("Ana",)]


def test_a_raw_cursor_outside_of_any_scope_sees_nothing(theirs, contact):
    assert Context().run(rows, "SELECT * FROM contacts") == []


def test_all_tenants_sees_every_row(theirs, contact):
    with all_tenants():
        assert rows("SELECT COUNT(*) FROM contacts") == [(2,)]


def test_no_row_can_be_written_for_another_business(theirs):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Tag.objects.create(name="nuestra", tenant_id=theirs)


@pytest.mark.parametrize("change", ["UPDATE contacts SET name = 'x'", "DELETE FROM vehicles"])
def test_a_raw_change_touches_no_row_of_another_business(theirs, change):
    with connection.cursor() as cursor:
        cursor.execute(change)
        touched = cursor.rowcount

    assert touched == 0


def test_the_connection_knows_the_scope_after_a_rollback(theirs):
    for _time in range(2):
        with in_tenant(theirs), transaction.atomic():
            assert rows("SELECT COUNT(*) FROM contacts") == [(1,)]
            transaction.set_rollback(True)

    assert rows("SELECT COUNT(*) FROM contacts") == [(0,)]


def test_the_connection_knows_the_scope_after_an_error_in_another_one(theirs):
    with pytest.raises(ProgrammingError), transaction.atomic(), in_tenant(theirs):
        rows("SELECT nothing FROM contacts")

    assert rows("SELECT COUNT(*) FROM contacts") == [(0,)]


def test_the_scope_is_told_once_for_all_statements_in_it(theirs):
    told: list[str] = []
    rows("SELECT 1")  # in the scope of the first business
    inner = connection.connection
    usual = inner.execute

    def noting(sql, *args, **kwargs):
        told.append(sql)
        return usual(sql, *args, **kwargs)

    inner.execute = noting
    with in_tenant(theirs):
        for _time in range(3):
            rows("SELECT 1")
    del inner.execute

    assert len(told) == 1


def test_the_original_queries_as_they_are_written_count_one_business(theirs):
    with timezone.override(UTC):  # they count days of UTC
        with in_tenant(theirs):
            dataset.make_business()
        dataset.make_business()

        comparison.assert_same_numbers(connection)

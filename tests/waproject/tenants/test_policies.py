"""Row-level security of PostgreSQL, under a role that is not above it."""

from collections.abc import Iterator
from contextvars import Context

import pytest
from django.db import ProgrammingError, connection, transaction

from contacts.models import Contact, Tag, Vehicle
from messaging.models import Account, Conversation, Sender
from waproject.tenants.checks import unprotected_tables
from waproject.tenants.policies import POLICY, tenant_tables
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db

ROLE = "waproject_tests_under_policies"


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


@pytest.fixture
def under_policies(theirs) -> Iterator[None]:
    """The connection works with a role as docs/operations.md has it for the site."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} NOSUPERUSER NOBYPASSRLS")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_table_of_tenants_has_its_policy():
    assert (unprotected_tables("default"), len(tenant_tables()) > 20) == ([], True)


def test_a_table_without_its_policy_is_named():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP POLICY {POLICY} ON vehicles")
        cursor.execute("ALTER TABLE tags NO FORCE ROW LEVEL SECURITY")

    assert unprotected_tables("default") == ["tags", "vehicles"]


def test_a_raw_cursor_sees_no_row_of_another_business(theirs, under_policies):
    tables = tenant_tables()
    statement = "SELECT 1 FROM {} WHERE tenant_id = {}"
    shown = [table for table in tables if rows(statement.format(table, theirs))]

    assert (len(tables) > 20, shown) == (True, [])


def test_a_raw_cursor_of_the_other_business_sees_its_rows(theirs, under_policies):
    with in_tenant(theirs):
        names = rows("SELECT name FROM contacts")

    assert names == [("Ana",)]


def test_a_raw_cursor_outside_of_any_scope_sees_nothing(under_policies, contact):
    assert Context().run(rows, "SELECT * FROM contacts") == []


def test_all_tenants_sees_every_row(under_policies, contact):
    with all_tenants():
        assert rows("SELECT COUNT(*) FROM contacts") == [(2,)]


def test_no_row_can_be_written_for_another_business(theirs, under_policies):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Tag.objects.create(name="nuestra", tenant_id=theirs)


@pytest.mark.parametrize("change", ["UPDATE contacts SET name = 'x'", "DELETE FROM vehicles"])
def test_a_raw_change_touches_no_row_of_another_business(theirs, under_policies, change):
    with connection.cursor() as cursor:
        cursor.execute(change)
        touched = cursor.rowcount

    assert touched == 0


def test_the_connection_knows_the_scope_after_a_rollback(theirs, under_policies):
    for _time in range(2):
        with in_tenant(theirs), transaction.atomic():
            assert rows("SELECT COUNT(*) FROM contacts") == [(1,)]
            transaction.set_rollback(True)

    assert rows("SELECT COUNT(*) FROM contacts") == [(0,)]


def test_the_connection_knows_the_scope_after_an_error_in_another_one(theirs, under_policies):
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

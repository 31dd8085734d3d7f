"""What a test leaves of its transactions and tables does not reach the next test of its process."""

from collections.abc import Generator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django.plugin import blocking_manager_key

from waproject.tenants.scope import all_tenants

# The rows of the migrations, by their table.
KEPT_ROWS: dict[str, list[tuple[Any, ...]]] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Look after all fixtures of a test are gone, the database's own included.

    After the last test of a process the suite's database is gone too.

    A fixture of a wider scope holds no transaction either: Django's tests begin and end theirs
    around each single test.
    """
    try:
        return (yield)
    finally:
        with item.config.stash[blocking_manager_key].unblock():
            was_open = close_open_transaction()
            if nextitem and _emptied_all_tables(item):
                fill_again()
        if was_open:
            pytest.fail(f"{item.nodeid} left a transaction open.", pytrace=False)


def close_open_transaction() -> bool:
    """Roll back what this thread's connection left open; return whether there was anything."""
    if not connection.in_atomic_block:
        return False
    connection.in_atomic_block = connection.needs_rollback = False
    connection.savepoint_ids.clear()
    connection.atomic_blocks.clear()
    connection.run_on_commit.clear()
    connection.rollback()
    connection.set_autocommit(True)
    return True


def _emptied_all_tables(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


def keep_rows() -> None:
    """Remember what the migrations wrote, before the first test.

    Django would write it again by its models, row by row, both after and before each test with real
    transactions: that takes 0.3 s each time.
    """
    with all_tenants(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            if rows := _rows_of(cursor, table):
                KEPT_ROWS[table] = rows
    connection.creation.deserialize_db_from_string = lambda _contents: fill_again()


def keep_no_text() -> None:
    """Let Django write no text of all rows, before the suite's database is made.

    It would be for its own way of writing them again: see `keep_rows`.
    """
    connection.creation.serialize_db_to_string = lambda: ""


def fill_again() -> None:
    """Write the rows of the migrations, which the flush after real transactions has removed.

    Django writes them before the next test of this kind alone, and keeps those tests for the end.
    With `--dist loadfile` whole files are given out by their number of tests, so that tests of
    the other kind may follow.
    """
    with all_tenants(), transaction.atomic(), connection.cursor() as cursor:
        for table, rows in KEPT_ROWS.items():
            if _rows_of(cursor, table) != rows:
                name, values = connection.ops.quote_name(table), ", ".join(["%s"] * len(rows[0]))
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608
                cursor.executemany(f"INSERT INTO {name} VALUES ({values})", rows)  # noqa: S608


def _rows_of(cursor: CursorWrapper, table: str) -> list[tuple[Any, ...]]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
    return sorted(cursor.fetchall(), key=repr)

"""A guard: the test that leaves a transaction open fails, and not the next one of its process."""

from collections.abc import Generator

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Look after all fixtures of a test are gone, the database's own included.

    A fixture of a wider scope holds no transaction either: Django's tests begin and end theirs
    around each single test.
    """
    try:
        return (yield)
    finally:
        with item.config.stash[blocking_manager_key].unblock():
            was_open = close_open_transaction()
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

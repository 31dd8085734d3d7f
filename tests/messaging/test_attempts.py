"""Doing a transaction again, and only where that is the remedy."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected, DiskFull

from messaging.attempts import ATTEMPTS, persistently


def deadlock() -> DatabaseError:
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()
    return error


def full_disk() -> DatabaseError:
    error = OperationalError("no space left on device")
    error.__cause__ = DiskFull()
    return error


def failing(times: int, error: DatabaseError) -> tuple[Callable[[], str], list[int]]:
    """An operation that fails so many times before it succeeds, and the list of its attempts."""
    attempts: list[int] = []

    def operation() -> str:
        attempts.append(len(attempts) + 1)
        if len(attempts) <= times:
            raise error
        return "done"

    return persistently(operation), attempts


@pytest.mark.parametrize("error", [deadlock(), IntegrityError("twice")])
def test_persistently_tries_again_after_what_passes(error):
    operation, attempts = failing(ATTEMPTS - 1, error)

    assert operation() == "done"
    assert attempts == [1, 2, 3]


def test_persistently_gives_up_in_the_end():
    operation, attempts = failing(ATTEMPTS, deadlock())

    with pytest.raises(OperationalError):
        operation()
    assert attempts == [1, 2, 3]


def test_persistently_does_not_repeat_what_will_fail_again():
    operation, attempts = failing(1, full_disk())

    with pytest.raises(OperationalError):
        operation()
    assert attempts == [1]

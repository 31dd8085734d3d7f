"""Doing a transaction again, and only where that is the remedy."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from psycopg.errors import AdminShutdown, DeadlockDetected, DiskFull

from waproject.core.db import retry as module
from waproject.core.db.retry import ATTEMPTS, persistently


def deadlock() -> DatabaseError:
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()
    return error


def full_disk() -> DatabaseError:
    error = OperationalError("no space left on device")
    error.__cause__ = DiskFull()
    return error


def shutdown() -> DatabaseError:
    error = OperationalError("terminating connection due to administrator command")
    error.__cause__ = AdminShutdown()
    return error


class Line:
    """A connection that is gone, or not, in or out of a transaction."""

    def __init__(self, *, usable: bool = False, in_atomic_block: bool = False) -> None:
        self.in_atomic_block = in_atomic_block
        self.closed = False
        self._usable = usable

    def is_usable(self) -> bool:
        return self._usable

    def close(self) -> None:
        self.closed = True


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


@pytest.mark.parametrize("error", [shutdown(), InterfaceError("the connection is closed")])
def test_persistently_goes_on_over_a_new_connection(error, monkeypatch):
    line = Line()
    monkeypatch.setattr(module, "connection", line)
    operation, attempts = failing(1, error)

    assert operation() == "done"
    assert (attempts, line.closed) == ([1, 2], True)


@pytest.mark.parametrize("line", [Line(in_atomic_block=True), Line(usable=True)])
def test_persistently_never_changes_the_connection_of_a_transaction_or_a_sound_one(
    line, monkeypatch
):
    monkeypatch.setattr(module, "connection", line)
    operation, attempts = failing(1, shutdown())

    with pytest.raises(OperationalError):
        operation()
    assert (attempts, line.closed) == ([1], False)

"""Doing a transaction again when another got in its way."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, connection

ATTEMPTS = 3
# PostgreSQL's deadlock_detected and serialization_failure: doing it again is the remedy.
PASSING_SQLSTATES = {"40P01", "40001"}
# Its admin_shutdown, crash_shutdown and cannot_connect_now; a broken line has no code at all.
CLOSED_SQLSTATES = {None, "57P01", "57P02", "57P03"}

P = ParamSpec("P")
R = TypeVar("R")


def persistently(operation: Callable[P, R]) -> Callable[P, R]:
    """Give an operation up to three attempts at its transaction.

    It is done again after a deadlock, after a unique row was made by someone else at the same
    moment (at the next attempt that row is there to be seen), and, on a new connection, after
    the database server closed ours. Its commit may have been the last that server heard: so an
    operation must be one that may be repeated.
    """

    @wraps(operation)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for _attempt in range(ATTEMPTS - 1):
            try:
                return operation(*args, **kwargs)
            except (DatabaseError, InterfaceError) as error:
                if not (_is_passing(error) or _lost_its_connection(error)):
                    raise
        return operation(*args, **kwargs)

    return attempt


def _lost_its_connection(error: DatabaseError | InterfaceError) -> bool:
    """Whether the connection is gone, outside any transaction; the next use opens a new one."""
    sqlstate = _sqlstate(error)
    if sqlstate not in CLOSED_SQLSTATES or connection.in_atomic_block or connection.is_usable():
        return False
    connection.close()
    return True


def _is_passing(error: DatabaseError | InterfaceError) -> bool:
    return isinstance(error, IntegrityError) or _sqlstate(error) in PASSING_SQLSTATES


def _sqlstate(error: DatabaseError | InterfaceError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)

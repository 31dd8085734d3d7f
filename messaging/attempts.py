"""Doing a transaction again when another one got in its way."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError

ATTEMPTS = 3
# PostgreSQL's deadlock_detected and serialization_failure: doing it again is the remedy.
PASSING_SQLSTATES = {"40P01", "40001"}

P = ParamSpec("P")
R = TypeVar("R")


def persistently(operation: Callable[P, R]) -> Callable[P, R]:
    """Give an operation up to three attempts at its transaction.

    It is done again after a deadlock, and after a unique row was made by someone else at the
    same moment: at the next attempt that row is there to be seen.
    """

    @wraps(operation)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for _attempt in range(ATTEMPTS - 1):
            try:
                return operation(*args, **kwargs)
            except DatabaseError as error:
                if not _is_passing(error):
                    raise
        return operation(*args, **kwargs)

    return attempt


def _is_passing(error: DatabaseError) -> bool:
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, IntegrityError) or sqlstate in PASSING_SQLSTATES

"""Tries each statement of the code without row-level security and with it.

A statement that finds or changes other rows without the policies than with them leaves it to the
database to keep businesses apart: on SQLite, or under a superuser, another one's rows would do.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection

# What touches rows. Savepoints would end the one in which a statement is tried.
_TRIED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@dataclass
class Statements:
    """How many rows each statement touched, and those that differ by the policies."""

    counts: list[int] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)


@contextmanager
def tried_without_policies() -> Iterator[Statements]:
    """Compare each statement of this thread's connection, which is in a transaction (PostgreSQL).

    Of a SELECT the rows are compared, of others how many they touched. Then the statement is run.
    The policies are left out by the role of DATABASE_URL, which has to be above them.
    """
    found = Statements()

    def compare(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        if not str(sql).lstrip(" (\n").startswith(_TRIED):
            return execute(sql, *rest)
        free = _tried(execute, sql, *rest, beforehand="SET ROLE NONE")
        bound = _tried(execute, sql, *rest)
        if free != bound:
            found.differing.append(f"{free} without policies, {bound} with: {sql}")
        result = execute(sql, *rest)
        found.counts.append(rest[-1]["cursor"].rowcount)
        return result

    with connection.execute_wrapper(compare), _whole_results():
        yield found


def _tried(execute: Callable[..., Any], sql: Any, *rest: Any, beforehand: str = "SELECT 1") -> Any:
    """What a statement gives: rows of a SELECT, else their number, or the error. It is undone."""
    bare, cursor = connection.connection, rest[-1]["cursor"]
    bare.execute("SAVEPOINT tried")
    bare.execute(beforehand)
    try:
        execute(sql, *rest)
        is_select = cursor.statusmessage.startswith("SELECT")
        return sorted(map(str, cursor.fetchall())) if is_select else cursor.rowcount
    except DatabaseError as error:
        return type(error).__name__
    finally:
        bare.execute("ROLLBACK TO SAVEPOINT tried")
        bare.execute("RELEASE SAVEPOINT tried")


@contextmanager
def _whole_results() -> Iterator[None]:
    """Read results at once: a cursor that stays on the server does not know its rows."""
    settings = connection.settings_dict
    before = settings.get("DISABLE_SERVER_SIDE_CURSORS")
    settings["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        yield
    finally:
        settings["DISABLE_SERVER_SIDE_CURSORS"] = before

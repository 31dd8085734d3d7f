"""SQLite lets one process write at a time; the others wait for it, and give up at last."""

import sqlite3

from django.db import Error, connection


def wait_at_most(seconds: float) -> None:
    """Let this thread's connection wait so long for another process that writes, on SQLite."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")


def is_locked(error: Error) -> bool:
    """Whether a statement failed because another process kept the SQLite database locked."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    # The low byte says what happened, the others the occasion: https://www.sqlite.org/rescode.html
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY

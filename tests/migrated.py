"""The suite's SQLite database is migrated once for each state of the source, and copied after that.

Each process of the suite has a database of its own, and to migrate one takes three seconds. The
copy lies in pytest's cache (`pytest --cache-clear` forgets it). It is found by everything that can
change what migrations write: source, requirements, environment and versions.
"""

import hashlib
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

from django.conf import settings
from django.core import management
from django.db import connection

SOURCE = ("campaigns", "contacts", "messaging", "optouts", "waproject")
FILES = ("tests/settings.py", "requirements.txt", "requirements-dev.txt", ".env", ".env.example")
# What further copies than the newest take of the disk is not worth their time.
KEPT = 4


def state_of_source() -> str:
    """A name for all that the migrated database follows from."""
    base = Path(settings.BASE_DIR)
    paths = [
        one for top in SOURCE for one in (base / top).rglob("*") if one.suffix in {".py", ".mo"}
    ]
    state = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for path in paths + [base / name for name in FILES]:
        if path.exists():
            state.update(f"{path.relative_to(base)}\0".encode() + path.read_bytes())
    state.update("\0".join(f"{name}={os.environ.get(name)}" for name in _variables(base)).encode())
    return state.hexdigest()[:32]


def _variables(base: Path) -> list[str]:
    """The variables that .env.example names."""
    lines = (base / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line.lstrip("# ").partition("=")[0] for line in lines if "=" in line}
    return sorted(names - {"DATABASE_URL"})


@contextmanager
def copied_where_known(folder: Path) -> Iterator[None]:
    """Let `migrate` copy the database of this state of the source from the folder.

    Where there is none yet, it migrates and leaves a copy for the next process.
    """
    migrate, known = management.call_command, folder / f"{state_of_source()}.sqlite3"

    def call(name: str, *arguments: Any, **options: Any) -> Any:
        if name != "migrate":
            return migrate(name, *arguments, **options)
        if known.exists():
            age = time.time() - known.stat().st_mtime
            _copy(known, into_suite=True)
            return _bring_up_to_date(age)
        printed = migrate(name, *arguments, **options)
        unfinished = folder / f"{uuid4().hex}.tmp"
        _copy(unfinished, into_suite=False)
        unfinished.replace(known)
        _forget_old(folder)
        return printed

    with mock.patch.object(management, "call_command", call):
        yield


def _copy(path: Path, *, into_suite: bool) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        ours = connection.connection
        copy.backup(ours) if into_suite else ours.backup(copy)


def _bring_up_to_date(seconds: float) -> None:
    """Let the copied rows be as old as new ones: the tick's next time would be long over."""
    database = connection.connection
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for _, column, kind, *_rest in database.execute(f'PRAGMA table_info("{table}")').fetchall():
            if kind.lower() == "datetime":
                database.execute(
                    f'UPDATE "{table}" SET "{column}" = '  # noqa: S608
                    f"""strftime('%Y-%m-%d %H:%M:%f', "{column}", ?) WHERE "{column}" NOTNULL""",
                    [f"{seconds:+.3f} seconds"],
                )
    database.commit()


def _forget_old(folder: Path) -> None:
    newest_first = sorted(folder.glob("*.sqlite3"), key=lambda one: -one.stat().st_mtime)
    for old in newest_first[KEPT:]:
        old.unlink(missing_ok=True)

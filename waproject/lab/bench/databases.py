"""New databases for measurements, gone when they are done."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from psycopg import sql

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
SQLITE_NAME, POSTGRES_NAME = "SQLite", "PostgreSQL"

# Makes a new, migrated database and yields its URL.
NewDatabase = Callable[[], AbstractContextManager[str]]


def kinds_of_database(
    server: str, say: Callable[[str], object]
) -> Iterator[tuple[str, NewDatabase]]:
    """The name of each kind of database and how to make one; `server` is that of PostgreSQL.

    A server that does not answer is told of, and its kind left out.
    """
    yield SQLITE_NAME, new_sqlite
    if _answers(server):
        yield POSTGRES_NAME, partial(new_postgres, server)
    else:
        where = urlsplit(server).hostname
        say(_("PostgreSQL: no server answers at %(host)s.") % {"host": where})


def _answers(server: str) -> bool:
    try:
        psycopg.connect(server, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def new_sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="waproject-bench-") as folder:
        url = f"sqlite:///{folder}/db.sqlite3"
        manage(url, "migrate", "--verbosity", "0")
        yield url


@contextmanager
def new_postgres(server: str) -> Iterator[str]:
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            manage(url, "migrate", "--verbosity", "0")
            yield url
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def manage(url: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What a management command writes when it runs in a process of its own on this database.

    Raises CommandError with what the process complained of.
    """
    command: Sequence[str] = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    done = subprocess.run(  # noqa: S603  our own command and arguments
        command,
        env={
            **os.environ,
            "LOG_LEVEL": "ERROR",
            "DEBUG": "false",
            **(environment or {}),
            "DATABASE_URL": url,
        },
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CommandError(done.stderr)
    return done.stdout

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
# The role of what is measured on PostgreSQL: a superuser would pass row-level security by.
ROLE = "waproject_bench"

# Makes a new, migrated database and yields its URL.
NewDatabase = Callable[[], AbstractContextManager[str]]


def kinds_of_database(
    server: str, say: Callable[[str], object], *, policies: bool = True
) -> Iterator[tuple[str, NewDatabase]]:
    """The name of each kind of database and how to make one; `server` is that of PostgreSQL.

    A server that does not answer is told of, and its kind left out. What is measured there works
    with a role that row-level security holds for, as a site does, unless `policies` is False.
    """
    yield SQLITE_NAME, new_sqlite
    if _answers(server):
        yield POSTGRES_NAME, partial(new_postgres, server, role=ROLE if policies else "")
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
def new_postgres(server: str, *, role: str = "") -> Iterator[str]:
    """A database of the server's user; its URL works with the role, where one is named."""
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            manage(url, "migrate", "--verbosity", "0")
            if role:
                _permit(url, role)
            yield f"{url}?assume_role={role}" if role else url
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _permit(url: str, role: str) -> None:
    """Let a role, made when it is missing, do what docs/operations.md lets that of a site do."""
    name = sql.Identifier(role)
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} NOSUPERUSER NOBYPASSRLS").format(name))
        for statement in (
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(statement).format(name))


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

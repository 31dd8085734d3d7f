"""A backup is one file: the database as of one moment, and the stored files, encrypted."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.imports import uploads
from waproject.core.jobs import models as jobs
from waproject.ops.archives import (
    PLAIN_ENDING,
    SEALED_ENDING,
    CannotRead,
    add_files,
    new_archive,
    unpack,
)
from waproject.ops.holding import hold_all
from waproject.ops.versions import Applied, why_not_this_code
from waproject.tenants.checks import role_is_above_policies

# The database inside the file, by the kind of server it came from.
MEMBERS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PRIVATE = "private"
# Where a backup is made: beside the stored files, which are as private as it is while it is plain.
WORKPLACE = "backups"
UNFINISHED_ENDING = ".unfinished"
# A backup that runs writes all the time: what stood still for so long is of one that was killed.
STANDS_STILL = 3600  # seconds
# Folders of the stored files that hold nothing to keep.
NOT_KEPT = {uploads.FOLDER, jobs.FOLDER, WORKPLACE}


class CannotBackUp(Exception):
    """Nothing was written; the text says why, and what to do."""


class CannotRestore(Exception):
    """Nothing was changed; the text says why, and what to do."""


class ToolFailed(Exception):
    """pg_dump or pg_restore failed; the text is what it said."""


def back_up(folder: Path, *, plain: bool = False) -> Path:
    """Write a backup while everything runs, and return its file, readable by the owner alone.

    It is encrypted with the first key of FIELD_ENCRYPTION_KEYS, unless it is to be `plain`. The
    stored files are read after the database, so that whatever it names is there. Files that are not
    kept for long are left out: uploads that nobody has confirmed yet, and what jobs wrote. Raises
    CannotBackUp without a key and when the role does not see every row, and ToolFailed when a tool
    of PostgreSQL fails.
    """
    if connection.vendor == "postgresql" and not role_is_above_policies():
        raise CannotBackUp(
            _(
                "The role of DATABASE_URL sees the rows of one business at a time. Run this with"
                " that of the tables' owner: docs/operations.md, “Backups”."
            )
        )
    key = None if plain else _key()
    folder.mkdir(parents=True, exist_ok=True)
    ending = PLAIN_ENDING if plain else SEALED_ENDING
    _remove_unfinished(folder)
    target = folder / f"waproject-{timezone.now():%Y%m%dT%H%M%SZ}{ending}"
    unfinished = folder / f".{target.name}{UNFINISHED_ENDING}"
    with tempfile.TemporaryDirectory(dir=_workplace()) as workplace:
        copy = Path(workplace, MEMBERS[connection.vendor])
        _copy_database(copy)
        try:
            with new_archive(unfinished, key=key) as archive:
                archive.add(copy, copy.name)
                add_files(archive, settings.PRIVATE_ROOT, PRIVATE, without=NOT_KEPT)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target


def _remove_unfinished(folder: Path) -> None:
    """Remove what a killed backup left, which can be a plain one."""
    for left in folder.glob(f".waproject-*{UNFINISHED_ENDING}"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - STANDS_STILL:
                left.unlink()


def _key() -> str:
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise CannotBackUp(
            _(
                "there is no key to encrypt it with. Put FIELD_ENCRYPTION_KEYS in the environment"
                " or in .env (manage.py rotate_keys --new prints a key), or ask for --plain."
            )
        )
    return settings.FIELD_ENCRYPTION_KEYS[0]


def _workplace() -> Path:
    """The folder in which the plain copy of the database stands for a moment.

    Whoever worked there removes it, perhaps while another looks. What a killed process left is
    removed after a day, when no other can be working on it.
    """
    folder = Path(settings.PRIVATE_ROOT, WORKPLACE)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    yesterday = time.time() - 24 * 3600
    for left in folder.iterdir():
        with suppress(FileNotFoundError):
            if left.is_dir() and left.stat().st_mtime < yesterday:
                shutil.rmtree(left)
    return folder


def restore(file: Path, *, plain: bool = False) -> list[str]:
    """Bring a backup into an empty database and an empty folder of stored files.

    What was sent after the backup is not known to it, so nothing goes on by itself: returns the
    names of the campaigns that were active or scheduled, which are paused or drafts now. Raises
    CannotRestore, ToolFailed when a tool of PostgreSQL fails, and OSError when the stored files
    cannot be brought: the database is full then, and its campaigns are held already.
    """
    if connection.introspection.table_names():
        raise CannotRestore(
            _("The database is not empty. Name a new one in DATABASE_URL, and keep the old one.")
        )
    if any(one.name != WORKPLACE for one in Path(settings.PRIVATE_ROOT).glob("*")):
        raise CannotRestore(
            _("%(folder)s is not empty. Move it away.") % {"folder": settings.PRIVATE_ROOT}
        )
    with tempfile.TemporaryDirectory(dir=_workplace()) as workplace:
        try:
            unpack(file, Path(workplace), plain=plain)
        except CannotRead as error:
            raise CannotRestore(str(error)) from None
        copy = Path(workplace, MEMBERS[connection.vendor])
        if not copy.is_file():
            raise CannotRestore(
                _("%(file)s holds no %(kind)s database.")
                % {"file": file, "kind": connection.display_name}
            )
        if refusal := why_not_this_code(_applied_in(copy)):
            raise CannotRestore(refusal)
        _fill_database(copy)
        # Before anything else can fail: workers may be running.
        held = hold_all(_("Restored from %(file)s.") % {"file": file.name})
        stored = Path(workplace, PRIVATE)
        if stored.is_dir():
            _move_files(stored, settings.PRIVATE_ROOT)
    return held


def _copy_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_rows(target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _fill_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        _copy_pages(copy, connection.settings_dict["NAME"])
    else:
        options = ("--no-owner", "--exit-on-error", "--single-transaction")
        _run("pg_restore", *options, str(copy))


def _copy_rows(target: Path) -> None:
    """Copy the rows of a SQLite database as of one moment; those who write are not held up.

    What was deleted and still stands in a free page is not copied.
    """
    with connection.cursor() as cursor:  # of Django, since constraints use functions of its own
        cursor.execute("VACUUM INTO %s", [str(target)])


def _copy_pages(source: Path | str, target: Path | str) -> None:
    """Copy a whole SQLite database as it is."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _applied_in(copy: Path) -> Applied:
    """The migrations of a database that was copied, in the order in which they were applied."""
    if connection.vendor == "sqlite":
        try:
            with closing(sqlite3.connect(copy)) as one:
                return one.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
        except sqlite3.Error as error:
            raise CannotRestore(
                _("The database of the backup cannot be read (%(error)s).") % {"error": error}
            ) from None
    options = ("--data-only", "--table=django_migrations", "--file=-")
    written = _call("pg_restore", *options, str(copy))
    # As COPY writes them: id, app, name and time.
    rows = [line.split("\t") for line in written.splitlines() if line.count("\t") == 3]
    return [(app, name) for _id, app, name, _at in sorted(rows, key=lambda row: int(row[0]))]


def _run(tool: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL against our database. Raises ToolFailed."""
    database, environment = reach(connection.get_connection_params())
    _call(tool, f"--dbname={database}", *arguments, **environment)


def _call(tool: str, *arguments: str, **environment: str) -> str:
    """Run a tool with these variables; return what it wrote. Raises ToolFailed."""
    try:
        finished = subprocess.run(  # noqa: S603  the arguments are our own
            [tool, *arguments],
            env={**os.environ, **environment},
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise ToolFailed(
            _("%(tool)s was not found: install the client of PostgreSQL.") % {"tool": tool}
        ) from None
    except subprocess.CalledProcessError as error:
        raise ToolFailed(error.stderr.strip()) from None
    return finished.stdout


def reach(parameters: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """How a tool of PostgreSQL reaches the database as Django does: a --dbname, and variables.

    All that has a variable goes by the variables, passwords first of all: other users of the
    machine can read the arguments. Raises ToolFailed for a secret that has no variable.
    """
    from psycopg.conninfo import make_conninfo
    from psycopg.pq import Conninfo

    shown: dict[str, str] = {}
    environment: dict[str, str] = {}
    for option in Conninfo.get_defaults():
        name = option.keyword.decode()
        value = parameters.get(name)
        if value in (None, ""):
            continue
        if name in ("dbname", "service"):  # pg_restore connects only when told where to
            shown[name] = str(value)
        elif option.envvar:
            environment[option.envvar.decode()] = str(value)
        elif option.dispchar:  # marks what libpq shows to nobody
            raise ToolFailed(
                _("The option %(option)s of the database cannot be handed on in secret.")
                % {"option": name}
            )
        else:
            shown[name] = str(value)
    return make_conninfo(**shown), environment


def _move_files(source: Path, target: Path) -> None:
    """Bring the stored files into their folder, parts of which may be on another disk."""
    for found in sorted(source.rglob("*")):
        place = target / found.relative_to(source)
        if found.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(found, place)
            place.chmod(0o600)

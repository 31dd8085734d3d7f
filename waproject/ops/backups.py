"""A backup is one file: the database as of one moment, and the stored files."""

import os
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns import operations
from campaigns.launch.further_chunks import take_back
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts import uploads
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs import models as jobs
from waproject.tenants.models import tenant_ids
from waproject.tenants.scope import in_tenant

# The database inside the file, by the kind of server it came from.
MEMBERS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PRIVATE = "private"
# Folders of the stored files that hold nothing to keep.
NOT_KEPT = {uploads.FOLDER, jobs.FOLDER}


class CannotRestore(Exception):
    """Nothing was changed; the text says why, and what to do."""


class ToolFailed(Exception):
    """pg_dump or pg_restore failed; the text is what it said."""


def back_up(folder: Path) -> Path:
    """Write a backup while everything runs, and return its file, readable by the owner alone.

    The stored files are read after the database, so that whatever it names is there. Files that
    are not kept for long are left out: uploads that nobody has confirmed yet, and what jobs wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"waproject-{timezone.now():%Y%m%dT%H%M%SZ}.tar.gz"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as workplace:
        unfinished = Path(workplace, target.name)
        copy = Path(workplace, MEMBERS[connection.vendor])
        _copy_database(copy)
        with tarfile.open(unfinished, "w:gz") as archive:
            archive.add(copy, copy.name)
            _add_files(archive, settings.PRIVATE_ROOT)
        unfinished.chmod(0o600)
        unfinished.rename(target)
    return target


def restore(file: Path) -> list[str]:
    """Bring a backup into an empty database and an empty folder of stored files.

    What was sent after the backup is not known to it. So no campaign goes on by itself: returns
    the names of those that were active or scheduled, which are paused or drafts now.
    """
    if connection.introspection.table_names():
        raise CannotRestore(
            _("The database is not empty. Name a new one in DATABASE_URL, and keep the old one.")
        )
    if settings.PRIVATE_ROOT.is_dir() and any(settings.PRIVATE_ROOT.iterdir()):
        raise CannotRestore(
            _("%(folder)s is not empty. Move it away.") % {"folder": settings.PRIVATE_ROOT}
        )
    with tempfile.TemporaryDirectory(prefix="waproject-restore-") as workplace:
        _unpack(file, Path(workplace))
        copy = Path(workplace, MEMBERS[connection.vendor])
        if not copy.is_file():
            raise CannotRestore(
                _("%(file)s holds no %(kind)s database.")
                % {"file": file, "kind": connection.display_name}
            )
        _fill_database(copy)
        stored = Path(workplace, PRIVATE)
        if stored.is_dir():
            _move_files(stored, settings.PRIVATE_ROOT)
    return _hold_campaigns(_("Restored from %(file)s.") % {"file": file.name})


def _add_files(archive: tarfile.TarFile, folder: Path) -> None:
    """Add the stored files; one that is deleted meanwhile is left out."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if place.parts[0] in NOT_KEPT or not path.is_file():
            continue
        with suppress(FileNotFoundError), path.open("rb") as file:
            archive.addfile(archive.gettarinfo(arcname=f"{PRIVATE}/{place}", fileobj=file), file)


def _copy_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_pages(connection.settings_dict["NAME"], target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def _fill_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        _copy_pages(copy, connection.settings_dict["NAME"])
    else:
        options = ("--no-owner", "--exit-on-error", "--single-transaction")
        _run("pg_restore", *options, str(copy))


def _copy_pages(source: Path | str, target: Path | str) -> None:
    """Copy a whole SQLite database as of one moment; those who write to it are not held up."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _run(tool: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL against our database. Raises ToolFailed."""
    database, environment = reach(connection.get_connection_params())
    try:
        subprocess.run(  # noqa: S603  the arguments are our own
            [tool, f"--dbname={database}", *arguments],
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


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise CannotRestore(
            _("%(file)s cannot be read as a backup (%(error)s).")
            % {"file": file, "error": type(error).__name__}
        ) from None


def _move_files(source: Path, target: Path) -> None:
    """Bring the stored files into their folder, which may be another disk."""
    for found in sorted(source.rglob("*")):
        place = target / found.relative_to(source)
        if found.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(found.read_bytes())
            place.chmod(0o600)


def _hold_campaigns(restored: str) -> list[str]:
    """Let no campaign send by itself; the names of those that would have."""
    held: list[str] = []
    unknown = _("Who was written to since is not known here: going on could write to them twice.")
    reason = f"{restored} {unknown}"
    for tenant_id in tenant_ids():
        with in_tenant(tenant_id):
            held += _hold_campaigns_of_scope(restored, reason)
    return held


def _hold_campaigns_of_scope(restored: str, reason: str) -> list[str]:
    held = []
    for campaign in Campaign.objects.filter(status=CampaignStatus.ACTIVE):
        operations.pause(campaign.pk, by=SYSTEM, reason=reason)
        held.append(campaign.name)
    for campaign in Campaign.objects.filter(status=CampaignStatus.LAUNCHING):
        take_back(campaign.pk, reason=restored)
        held.append(campaign.name)
    for campaign in Campaign.objects.filter(status=CampaignStatus.SCHEDULED):
        operations.unschedule(campaign.pk, by=SYSTEM, reason=reason)
        held.append(campaign.name)
    return held

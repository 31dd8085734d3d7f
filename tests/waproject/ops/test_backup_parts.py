"""What goes into a backup, and how PostgreSQL's tools reach the database."""

import io
import os
import tarfile
from pathlib import Path

import pytest
from django.db import connection

from waproject.ops import backups
from waproject.ops.archives import add_files
from waproject.ops.backups import CannotBackUp, ToolFailed, back_up, reach


def stored(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"telefono")


def archived(folder: Path) -> list[str]:
    """The names of the files that a backup of this folder holds."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        add_files(archive, folder, "private", without=backups.NOT_KEPT)
    content.seek(0)
    with tarfile.open(fileobj=content) as archive:
        return [one.name for one in archive if archive.extractfile(one).read() == b"telefono"]


def test_files_that_are_not_kept_for_long_are_left_out(tmp_path):
    stored(tmp_path, "imports/2026/11/a.csv", "previews/b", "jobs/1-1.csv", "backups/tmp/b")

    assert archived(tmp_path) == ["private/imports/2026/11/a.csv"]


def test_file_that_vanishes_meanwhile_does_not_end_the_backup(tmp_path, monkeypatch):
    stored(tmp_path, "imports/a.csv", "imports/b.csv", "imports/c.csv")
    is_file = Path.is_file

    def deleted_after_the_look(path):
        found = is_file(path)
        if path.name == "b.csv":
            path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(Path, "is_file", deleted_after_the_look)

    assert archived(tmp_path) == ["private/imports/a.csv", "private/imports/c.csv"]


def test_backup_of_no_files_is_empty(tmp_path):
    assert archived(tmp_path / "nothing") == []


PARAMETERS = {
    "dbname": "waproject",
    "user": "wa",
    "password": "secreto",
    "host": "db.example.com",
    "port": 5433,
    "sslmode": "verify-full",
    "sslrootcert": "/etc/ca.pem",
    "sslcert": "/etc/client.pem",
    "sslkey": "/etc/client.key",
    "options": "-c search_path=wa",
    "connect_timeout": 5,
    "target_session_attrs": "read-write",
    "channel_binding": "require",
    "keepalives_idle": 30,
    "client_encoding": "UTF8",
    "prepare_threshold": None,
    "cursor_factory": object,
    "passfile": "/etc/pgpass",
}


def test_tools_reach_the_database_by_every_option_that_django_has():
    database, environment = reach(PARAMETERS)

    assert sorted(database.split()) == ["dbname=waproject", "keepalives_idle=30"]
    assert environment == {
        "PGUSER": "wa",
        "PGPASSWORD": "secreto",
        "PGHOST": "db.example.com",
        "PGPORT": "5433",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/ca.pem",
        "PGSSLCERT": "/etc/client.pem",
        "PGSSLKEY": "/etc/client.key",
        "PGOPTIONS": "-c search_path=wa",
        "PGCONNECT_TIMEOUT": "5",
        "PGTARGETSESSIONATTRS": "read-write",
        "PGCHANNELBINDING": "require",
        "PGCLIENTENCODING": "UTF8",
        "PGPASSFILE": "/etc/pgpass",
    }


def test_tools_reach_the_database_of_a_service():
    assert reach({"service": "wa", "passfile": "p"}) == ("service=wa", {"PGPASSFILE": "p"})


def test_secret_that_has_no_variable_is_not_put_into_the_arguments():
    with pytest.raises(ToolFailed, match="sslpassword"):
        reach({"dbname": "wa", "sslpassword": "secreto"})


FAKE = """#!/bin/sh
echo "$@" > "$RECORD/arguments"
env > "$RECORD/environment"
for argument in "$@"; do
  case "$argument" in --file=*) echo dump > "${argument#--file=}";; esac
done
"""


@pytest.mark.django_db
def test_backup_hands_the_options_of_the_url_to_pg_dump(tmp_path, monkeypatch, private_files):
    tool = tmp_path / "pg_dump"
    tool.write_text(FAKE)
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("RECORD", str(tmp_path))
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection, "get_connection_params", lambda: PARAMETERS)
    monkeypatch.setattr(backups, "role_is_above_policies", lambda: True)

    back_up(tmp_path / "backups")

    arguments = (tmp_path / "arguments").read_text()
    environment = (tmp_path / "environment").read_text().splitlines()
    assert ("--dbname=" in arguments, "secreto" in arguments) == (True, False)
    assert {"PGSSLMODE=verify-full", "PGPASSWORD=secreto"} <= set(environment)


def test_backup_refuses_a_role_that_does_not_see_every_row(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(backups, "role_is_above_policies", lambda: False)

    with pytest.raises(CannotBackUp, match="the rows of one business at a time"):
        back_up(tmp_path / "backups")

    assert not (tmp_path / "backups").exists()

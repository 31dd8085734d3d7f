"""A restore that cannot go well, and what killed ones left behind."""

import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from campaigns.models import Campaign
from waproject.ops import backups
from waproject.ops.backups import MEMBERS, CannotRestore
from waproject.ops.versions import why_not_this_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def backup(monkeypatch, private_files, tmp_path) -> Path:
    """A backup with one stored file; its database is taken to be the test's own."""
    monkeypatch.setattr(backups, "role_is_above_policies", lambda: True)
    monkeypatch.setattr(backups, "_copy_database", lambda target: target.write_text("rows"))
    monkeypatch.setattr(backups, "_applied_in", lambda copy: applied())
    monkeypatch.setattr(backups, "_fill_database", lambda copy: None)
    private_files.mkdir(parents=True)
    (private_files / "lista.csv").write_text("telefono")
    written = backups.back_up(tmp_path / "backups")
    shutil.rmtree(private_files)
    monkeypatch.setattr(connection.introspection, "table_names", list)
    return written


def applied() -> list[tuple[str, str]]:
    rows = MigrationRecorder(connection).migration_qs.order_by("pk")
    return list(rows.values_list("app", "name"))


def test_campaigns_are_held_when_the_stored_files_cannot_be_brought(
    backup, active, private_files, monkeypatch
):
    def full(*_paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "move", full)

    with pytest.raises(CommandError) as raised:
        call_command("restore", str(backup))

    assert Campaign.objects.get().status == "paused"
    assert str(raised.value) == (
        "The backup is not restored whole: [Errno 28] No space left on device. Mend that, name a"
        f" new database in DATABASE_URL, move {private_files} away, and restore again. No campaign"
        " goes on in the database that was begun."
    )


def test_stored_files_are_brought_for_their_owner_alone_and_nothing_else_stays(
    backup, private_files
):
    backups.restore(backup)

    files = {one.name: oct(one.stat().st_mode & 0o777) for one in private_files.rglob("*.*")}
    assert files == {"lista.csv": "0o600"}
    assert list((private_files / "backups").iterdir()) == []


def test_restore_unpacks_beside_the_stored_files(backup, private_files, monkeypatch):
    unpacked: list[Path] = []
    monkeypatch.setattr(backups, "_fill_database", unpacked.append)

    backups.restore(backup)

    assert [copy.parent.parent for copy in unpacked] == [private_files / "backups"]


def test_backup_of_another_version_fills_nothing(backup, monkeypatch):
    def refuse(copy):
        pytest.fail("the database was filled")

    monkeypatch.setattr(backups, "_fill_database", refuse)
    monkeypatch.setattr(backups, "_applied_in", lambda copy: applied()[:-1])

    with pytest.raises(CannotRestore, match="earlier version"):
        backups.restore(backup)


@pytest.mark.only_on("sqlite")
def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "copy").write_text("+56975400946" * 100)

    with pytest.raises(CannotRestore, match="cannot be read"):
        backups._applied_in(tmp_path / "copy")


@pytest.mark.only_on("sqlite")
def test_migrations_are_read_in_the_order_in_which_they_were_applied(tmp_path):
    with sqlite3.connect(tmp_path / MEMBERS["sqlite"]) as copy:
        copy.execute("CREATE TABLE django_migrations (id, app, name, applied)")
        rows = [(2, "contacts", "0002"), (1, "contacts", "0001")]
        copy.executemany("INSERT INTO django_migrations VALUES (?, ?, ?, '')", rows)
    copy.close()

    read = backups._applied_in(tmp_path / MEMBERS["sqlite"])

    assert read == [("contacts", "0001"), ("contacts", "0002")]


def test_this_code_fits_its_own_database():
    assert why_not_this_code(applied()) is None


def test_earlier_version_is_told_from_a_later_one():
    without = [one for one in applied() if one != ("contacts", "0001_initial")]
    beyond = [*applied(), ("contacts", "0999_of_tomorrow")]

    assert [why_not_this_code(those) for those in (without, beyond)] == [
        "The backup is of an earlier version: it has no contacts.0001_initial. Restore it with the"
        " code that made it; then put this code in its place and run manage.py migrate.",
        "The backup is of a later version: this code has no contacts.0999_of_tomorrow."
        " Restore it with the code that made it.",
    ]


def test_apps_that_are_gone_and_migrations_that_were_replaced_do_not_matter():
    before = [("gone", "0001_initial"), ("contacts", "0000_replaced")]

    assert why_not_this_code([*before, *applied()]) is None


def test_unfinished_file_of_a_killed_backup_is_removed_by_the_next(backup):
    left, running = (
        backup.parent / f".waproject-2026112{day}T033000Z.tar.gz.unfinished" for day in "12"
    )
    for file in (left, running):
        file.write_text("telefono")
    os.utime(left, (time.time() - 3700,) * 2)

    backups._remove_unfinished(backup.parent)

    assert sorted(backup.parent.iterdir()) == sorted([running, backup])


def test_workplace_of_another_that_ends_meanwhile_does_no_harm(private_files, monkeypatch):
    workplace = private_files / "backups"
    for name in ("ended", "killed"):
        (workplace / name).mkdir(parents=True)
        os.utime(workplace / name, (time.time() - 90_000,) * 2)
    rmtree = shutil.rmtree

    def ended_meanwhile(path):
        rmtree(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(shutil, "rmtree", ended_meanwhile)

    backups._workplace()

    assert list(workplace.iterdir()) == []


def test_workplace_keeps_files_that_are_no_folder_of_ours(private_files):
    file = private_files / "backups" / ".gitkeep"
    file.parent.mkdir(parents=True)
    file.write_text("")
    os.utime(file, (0, 0))

    backups._workplace()

    assert file.exists()

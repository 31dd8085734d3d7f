"""A backup is encrypted; one that is not as it was written changes nothing."""

import gzip
import sqlite3
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from tests.factories.people import person
from waproject.audit.models import Event
from waproject.ops import backups
from waproject.ops.actions import OperatorAction
from waproject.ops.archives import CannotRead, new_archive, unpack, verify
from waproject.ops.backups import MEMBERS
from waproject.ops.sealing import MAGIC, fingerprint
from waproject.tenants.models import Tenant
from waproject.tenants.scope import all_tenants


@pytest.fixture
def copied(monkeypatch):
    """The database is a short text: the tests of whole backups have real ones."""
    monkeypatch.setattr(backups, "role_is_above_policies", lambda: True)
    monkeypatch.setattr(backups, "_copy_database", lambda target: target.write_text("+56975400946"))


@pytest.fixture
def backup(copied, private_files, tmp_path) -> Path:
    private_files.mkdir(parents=True, exist_ok=True)
    (private_files / "lista.csv").write_text("telefono")
    return backups.back_up(tmp_path / "backups")


def test_backup_is_sealed_with_the_first_key_and_leaves_no_plain_copy(
    backup, private_files, settings, tmp_path
):
    assert backup.read_bytes().startswith(MAGIC + bytes.fromhex(_first(settings)))
    assert (oct(backup.stat().st_mode & 0o777), list(backup.parent.iterdir())) == (
        "0o600",
        [backup],
    )
    assert [file.name for file in private_files.rglob("*") if file.is_file()] == ["lista.csv"]

    unpack(backup, tmp_path / "out")

    assert (tmp_path / "out/private/lista.csv").read_text() == "telefono"
    assert (tmp_path / "out" / MEMBERS[connection.vendor]).read_text() == "+56975400946"


def test_backup_is_read_after_the_key_was_changed(backup, settings):
    former = settings.FIELD_ENCRYPTION_KEYS[0]
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), former]

    assert verify(backup) == 2


def test_another_key_is_named(backup, settings, tmp_path):
    needed = _first(settings)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CannotRead, match=f"key {needed}, and .* has {_first(settings)}"):
        unpack(backup, tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("length", [-1, 100, 60])
def test_backup_that_was_cut_off_is_refused(backup, length):
    backup.write_bytes(backup.read_bytes()[:length])

    with pytest.raises(CannotRead, match="not whole"):
        verify(backup)


def test_backup_with_something_after_its_end_is_refused(backup):
    backup.write_bytes(backup.read_bytes() + b"x")

    with pytest.raises(CannotRead, match="not whole"):
        verify(backup)


def test_a_file_that_is_not_encrypted_is_taken_only_when_asked_for(copied, private_files, tmp_path):
    plain = backups.back_up(tmp_path / "backups", plain=True)

    assert plain.name.endswith(".tar.gz")
    with pytest.raises(CannotRead, match="not encrypted"):
        verify(plain)
    assert verify(plain, plain=True) == 1


def test_plain_file_that_was_cut_off_is_refused(copied, private_files, tmp_path):
    plain = backups.back_up(tmp_path / "backups", plain=True)
    plain.write_bytes(plain.read_bytes()[:-9])

    with pytest.raises(CannotRead):
        verify(plain, plain=True)


def test_without_a_key_there_is_no_backup(copied, private_files, settings, tmp_path):
    settings.FIELD_ENCRYPTION_KEYS = []

    with pytest.raises(CommandError, match="no key to encrypt it with"):
        call_command("backup", str(tmp_path / "backups"))

    assert not (tmp_path / "backups").exists()


def test_command_warns_of_a_plain_one(db, copied, private_files, tmp_path, capsys):
    call_command("backup", str(tmp_path / "backups"), "--plain")

    said = capsys.readouterr()
    assert (".tar.gz" in said.out, "not encrypted" in said.err) == (True, True)


def test_log_of_each_business_says_that_all_data_was_copied(db, copied, private_files, tmp_path):
    other = Tenant.objects.create(name="Otra")

    call_command("backup", tmp_path)

    with all_tenants():
        events = Event.objects.filter(action=OperatorAction.BACK_UP)
        written = sorted(events.values_list("tenant", "origin", "after__encrypted"))
    first = ("command backup", True)
    assert written == [(1, *first), (other.pk, *first)]


def test_an_error_on_the_way_leaves_no_file(copied, private_files, tmp_path, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError("no space left")

    monkeypatch.setattr(backups, "add_files", full)

    with pytest.raises(CommandError, match="no space left"):
        call_command("backup", str(tmp_path / "backups"))

    assert list((tmp_path / "backups").iterdir()) == []


def test_archive_cannot_write_outside_its_folder(tmp_path, settings):
    file = tmp_path / "evil.tar.gz"
    with gzip.open(file, "wb") as packed, tarfile.open(mode="w|", fileobj=packed) as archive:
        archive.add(__file__, "../evil")

    with pytest.raises(CannotRead):
        unpack(file, tmp_path / "out", plain=True)

    assert not (tmp_path / "evil").exists()


def test_error_of_who_writes_an_archive_leaves_what_nobody_can_read(tmp_path, settings):
    file = tmp_path / "half"
    key = settings.FIELD_ENCRYPTION_KEYS[0]

    with suppress(KeyError), new_archive(file, key=key) as archive:
        archive.add(__file__, "one")
        raise KeyError

    with pytest.raises(CannotRead, match="not whole"):
        verify(file)


@pytest.mark.only_on("sqlite")  # pg_dump reads rows alone
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_deleted_rows_are_not_in_the_copy_of_a_database(tmp_path):
    """Their bytes can stand in a free page where SQLite was told not to overwrite them."""
    one = person(name="Zacarías Quinteros")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        one.delete()
        cursor.execute("PRAGMA secure_delete=ON")
    sqlite3.connect(connection.settings_dict["NAME"], uri=True).backup(
        sqlite3.connect(tmp_path / "pages")
    )

    backups._copy_rows(tmp_path / "rows")

    found = ["Zacarías".encode() in (tmp_path / name).read_bytes() for name in ("pages", "rows")]
    assert found == [True, False]


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_connections_to_sqlite_overwrite_what_they_delete():
    person()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")

        assert cursor.fetchone() == (1,)


def _first(settings) -> str:
    return fingerprint(settings.FIELD_ENCRYPTION_KEYS[0])

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core import management

from tests import migrated
from tests.migrated import KEPT, copied_where_known, state_of_source

FILES = ["contacts/models.py", "contacts/locale/es/django.mo", "requirements.txt", ".env"]


@pytest.fixture
def source(settings, tmp_path: Path) -> Path:
    """A project of a few files."""
    settings.BASE_DIR = tmp_path
    for name in [*FILES, "contacts/static/contacts.css"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    (tmp_path / ".env.example").write_text("# A comment\nCURRENCY=CLP\nDATABASE_URL=\n")
    return tmp_path


@pytest.mark.parametrize("name", [*FILES, ".env.example", "waproject/new.py"])
def test_state_follows_each_file_that_a_migration_may_read(source, name):
    before = state_of_source()

    (source / name).parent.mkdir(exist_ok=True)
    (source / name).write_text("CURRENCY=USD")

    assert state_of_source() != before


def test_state_follows_the_variables_of_an_installation(source, monkeypatch):
    before = state_of_source()

    monkeypatch.setenv("CURRENCY", "USD")

    assert state_of_source() != before


def test_state_is_the_same_for_another_style_or_database(source, monkeypatch):
    before = state_of_source()

    (source / "contacts/static/contacts.css").write_text("after")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///other.sqlite3")

    assert state_of_source() == before


@pytest.fixture
def migrations(monkeypatch) -> list[str]:
    """The databases that were migrated, by their names; to migrate one makes a table."""
    made: list[str] = []

    def migrate(command: str, *, database: str) -> None:
        made.append(database)
        migrated.connection.connection.execute("CREATE TABLE people (name)")

    monkeypatch.setattr(management, "call_command", migrate)
    return made


@contextmanager
def process() -> Iterator[sqlite3.Connection]:
    """A process of the suite, with an empty database."""
    with closing(sqlite3.connect(":memory:")) as empty:
        suite = SimpleNamespace(connection=empty, ensure_connection=lambda: None)
        with mock.patch.object(migrated, "connection", suite):
            yield empty


def tables(database: sqlite3.Connection) -> list[tuple[str]]:
    return database.execute("SELECT name FROM sqlite_master").fetchall()


def test_second_process_copies_what_the_first_migrated(source, migrations, tmp_path):
    found = []
    for name in ("first", "second"):
        with process() as database, copied_where_known(tmp_path):
            management.call_command("migrate", database=name)
            found.append(tables(database))

    assert (migrations, found) == (["first"], [[("people",)]] * 2)


def test_what_was_copied_is_as_old_as_what_was_migrated_now(source, migrations, tmp_path):
    with process() as database, copied_where_known(tmp_path):
        management.call_command("migrate", database="first")
    [copy] = tmp_path.glob("*.sqlite3")
    with closing(sqlite3.connect(copy)) as database:
        database.execute("CREATE TABLE ticks (name, next_run datetime)")
        database.execute("INSERT INTO ticks VALUES ('tick', '2026-01-01 12:00:00.250000')")
        database.execute("INSERT INTO ticks VALUES ('never', NULL)")
        database.commit()
    yesterday = time.time() - 86_400
    os.utime(copy, (yesterday, yesterday))

    with process() as database, copied_where_known(tmp_path):
        management.call_command("migrate", database="second")
        found = dict(database.execute("SELECT * FROM ticks").fetchall())

    assert found["never"] is None
    assert found["tick"].startswith("2026-01-02 12:00:0")


def test_another_state_of_the_source_is_migrated_anew(source, migrations, tmp_path):
    for content in ("first", "second"):
        (source / "contacts/models.py").write_text(content)
        with process(), copied_where_known(tmp_path):
            management.call_command("migrate", database=content)

    assert migrations == ["first", "second"]


def test_other_commands_run_as_always(source, migrations, tmp_path):
    for name in ("first", "second"):
        with process(), copied_where_known(tmp_path):
            management.call_command("createcachetable", database=name)

    assert migrations == ["first", "second"]


def test_only_the_newest_copies_are_kept(source, migrations, tmp_path):
    for number in range(KEPT + 2):
        (source / "contacts/models.py").write_text(str(number))
        with process(), copied_where_known(tmp_path):
            management.call_command("migrate", database=str(number))

    assert len(list(tmp_path.glob("*.sqlite3"))) == KEPT
    assert list(tmp_path.glob("*.tmp")) == []

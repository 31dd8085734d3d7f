"""A real lock of a real SQLite file, whatever database the suite has."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import Error, OperationalError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from waproject.core.db import locked
from waproject.core.db.locked import is_locked, wait_at_most


@pytest.fixture
def ours(tmp_path: Path, monkeypatch, django_db_blocker) -> Iterator[BaseDatabaseWrapper]:
    """A connection that waits a minute for others, and that `wait_at_most` sees as ours."""
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db.sqlite3"}
    connections = ConnectionHandler({"default": {**file, "OPTIONS": {"timeout": 60}}})
    monkeypatch.setattr(locked, "connection", connections["default"])
    with django_db_blocker.unblock():
        yield connections["default"]
        connections.close_all()


def test_a_lock_is_waited_for_as_long_as_told_and_known_by_its_error(ours: BaseDatabaseWrapper):
    wait_at_most(0.01)

    with closing(sqlite3.connect(ours.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        error = error_of(ours, "CREATE TABLE things (id INTEGER)")

    assert (type(error), is_locked(error)) == (OperationalError, True)


def test_another_trouble_is_no_lock(ours: BaseDatabaseWrapper):
    error = error_of(ours, "SELECT * FROM things")

    assert (type(error), is_locked(error)) == (OperationalError, False)


def test_an_error_of_another_database_is_no_lock():
    assert is_locked(ProgrammingError("relation does not exist")) is False


def error_of(connection: BaseDatabaseWrapper, sql: str) -> Error:
    with pytest.raises(Error) as raised, connection.cursor() as cursor:
        cursor.execute(sql)
    return raised.value

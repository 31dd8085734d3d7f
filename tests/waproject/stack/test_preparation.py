from pathlib import Path

import pytest
from django.contrib.auth.models import User

from waproject.stack.preparation import make_first_user, run_folder


@pytest.mark.django_db
def test_make_first_user_makes_a_superuser_with_the_password_it_returns():
    password = make_first_user()

    admin = User.objects.get()
    assert (admin.username, admin.is_superuser) == ("admin", True)
    assert admin.check_password(password)


def test_make_first_user_makes_nobody_when_there_is_a_user(staff):
    assert make_first_user() is None
    assert User.objects.get() == staff


@pytest.fixture
def database(settings, monkeypatch):
    return lambda **config: monkeypatch.setitem(settings.DATABASES, "default", config)


def test_run_folder_lies_beside_an_sqlite_database(database):
    database(ENGINE="django.db.backends.sqlite3", NAME="/srv/wa/db.sqlite3")

    assert run_folder() == Path("/srv/wa")


def test_run_folder_is_var_for_a_database_server(database, settings):
    database(ENGINE="django.db.backends.postgresql", NAME="wa")

    assert run_folder() == settings.VAR_DIR

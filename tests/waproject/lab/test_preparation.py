import os
import time
from pathlib import Path
from shutil import rmtree

import pytest
from django.contrib.staticfiles.finders import get_finder
from django.utils import timezone

from messaging.standing.models import Standing
from waproject.accounts.models import User
from waproject.lab.preparation import (
    forget_standings,
    make_first_user,
    prepare_static_files,
)
from waproject.workers.clusters.run_directories import run_folder


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


@pytest.fixture
def static_files(settings, tmp_path) -> Path:
    """One small folder of static files, to be collected into another."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    get_finder.cache_clear()
    yield source
    get_finder.cache_clear()


def test_static_files_are_collected_once(static_files, settings):
    needed = [prepare_static_files(), prepare_static_files()]

    assert needed == [True, False]
    assert (settings.STATIC_ROOT / "site.css").read_text() == "a {}"


def test_static_files_are_collected_again_when_one_changed(static_files, settings):
    prepare_static_files()
    (static_files / "site.css").write_text("a { color: red }")
    os.utime(static_files / "site.css", (time.time() + 60,) * 2)

    needed = prepare_static_files()

    assert needed
    assert (settings.STATIC_ROOT / "site.css").read_text() == "a { color: red }"


def test_static_files_are_collected_again_when_they_are_gone(static_files, settings):
    prepare_static_files()
    rmtree(settings.STATIC_ROOT)

    assert prepare_static_files()


def test_what_a_former_simulator_said_of_senders_is_forgotten(sender):
    Standing.objects.create(sender=sender, inbound_url="http://old/", seen_at=timezone.now())

    forget_standings()

    assert not Standing.objects.exists()

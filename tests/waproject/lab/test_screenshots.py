"""The command that takes the pictures of the documents; the pictures themselves are looked at."""

import os

import pytest
from django.core.management import CommandError, call_command

from waproject.lab.screenshots import camera


class Restarted(Exception):
    """Stands for the process that would have begun in the place of this one."""


@pytest.fixture(autouse=True)
def instead_of_processes(monkeypatch, settings, tmp_path):
    """No process begins, and no folder of the project is emptied."""

    def restart(_file: str, _arguments: list[str], environment: dict[str, str]) -> None:
        raise Restarted(environment)

    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(os, "execve", restart)
    monkeypatch.setattr(camera.shutil, "which", lambda name: f"/usr/bin/{name}")


def test_pictures_are_of_a_database_of_their_own_whatever_the_settings_say(settings, tmp_path):
    settings.TWILIO_ACCOUNT_SID = f"AC{'1' * 32}"

    with pytest.raises(Restarted) as raised:
        call_command("screenshots")

    [environment] = raised.value.args
    assert environment["DATABASE_URL"] == f"sqlite:///{tmp_path / 'screenshots' / 'db.sqlite3'}"
    assert environment["TWILIO_ACCOUNT_SID"] == ""


def test_without_a_driver_the_command_says_what_installs_it(monkeypatch):
    monkeypatch.setattr(camera, "find_spec", lambda name: None)

    with pytest.raises(CommandError, match="Playwright is missing"):
        call_command("screenshots")


def test_without_a_browser_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setattr(camera.shutil, "which", lambda name: None)

    with pytest.raises(CommandError, match="No Chromium was found"):
        call_command("screenshots")

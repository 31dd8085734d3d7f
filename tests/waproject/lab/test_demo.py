"""The demonstration as an operator runs it, with trouble on the line, and what it leaves behind."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.installation import environment_for, run_manage
from waproject.lab.management.commands import demo

FAULTS = [f"--fail={kind}:0.05" for kind in ("429", "500-accepted", "drop", "63016")]
COMPARE = """
import django
django.setup()
from django.db import connection
from tests.campaigns.reports.comparison import assert_same_numbers
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    assert_same_numbers(connection)
"""


@pytest.fixture
def environment(migrated: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copy(migrated, tmp_path / "db.sqlite3")
    return environment_for(f"sqlite:///{tmp_path / 'db.sqlite3'}")


def one(database: Path, sql: str) -> int:
    with sqlite3.connect(database) as connection:
        return connection.execute(sql).fetchone()[0]


@pytest.mark.process
@pytest.mark.slow
def test_demo_proves_itself_and_agrees_with_the_original_queries(environment, tmp_path):
    finished = run_manage("demo", "--seed=7", *FAULTS, environment=environment)

    assert finished.stdout.splitlines()[-1].startswith("Proven: nobody was written twice")
    database = tmp_path / "db.sqlite3"
    assert one(database, "SELECT count(*) FROM campaign_recipients WHERE replied_at > ''") > 0
    assert one(database, "SELECT count(*) FROM opt_outs WHERE reason = 'user_request'") > 0
    assert one(database, "SELECT count(*) FROM campaigns WHERE status = 'completed'") == 10
    compared = subprocess.run(
        [sys.executable, "-c", COMPARE],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (compared.returncode, compared.stderr) == (0, "")


@pytest.fixture
def demo_without_processes(db, monkeypatch, settings, tmp_path) -> None:
    """The second half of the command, which finds the simulator's settings, but no worker."""
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:2"
    monkeypatch.setenv("WAPROJECT_DEMO_PORTS", "1:2")
    monkeypatch.setattr(demo, "run_folder", lambda: tmp_path)
    monkeypatch.setattr(demo.Command, "_start", lambda *_arguments, **_options: None)


@pytest.mark.usefixtures("demo_without_processes")
def test_demo_fails_with_a_sentence_when_it_takes_too_long(tmp_path):
    with pytest.raises(CommandError) as raised:
        call_command("demo", timeout=0)

    assert str(raised.value) == (f"The import took too long. The logs are in {tmp_path / 'demo'}.")


def test_demo_names_a_file_that_is_not_there(environment):
    finished = run_manage("demo", "--contacts=none.csv", environment=environment, succeeds=False)

    assert finished.stderr.strip() == "CommandError: There is no file none.csv."


class Restarted(Exception):
    """Stands for the process that would have begun in the place of this one."""


@pytest.fixture
def restarted_with(monkeypatch, settings, tmp_path):
    """What the demonstration would start itself again with, for an installation's settings."""

    def exec_instead(_file: str, _arguments: list[str], environment: dict[str, str]) -> None:
        raise Restarted(environment)

    def environment_of(**changes: object) -> dict[str, str]:
        for name, value in {"VAR_DIR": tmp_path, **changes}.items():
            setattr(settings, name, value)
        with pytest.raises(Restarted) as raised:
            call_command("demo")
        return raised.value.args[0]

    monkeypatch.setattr(os, "execve", exec_instead)
    return environment_of


def test_demo_never_speaks_to_twilio_whatever_the_settings_say(restarted_with):
    environment = restarted_with(TWILIO_ACCOUNT_SID=f"AC{'1' * 32}", TWILIO_AUTH_TOKEN="real")

    simulated = environment["TWILIO_API_BASE_URL"].startswith("http://127.0.0.1:")
    assert (environment["TWILIO_ACCOUNT_SID"], simulated) == (f"AC{'0' * 32}", True)


def test_demo_leaves_the_database_of_a_real_account_alone(restarted_with, tmp_path):
    environment = restarted_with(TWILIO_ACCOUNT_SID=f"AC{'1' * 32}")

    assert environment["DATABASE_URL"] == f"sqlite:///{tmp_path / 'demo-apart' / 'db.sqlite3'}"


def test_demo_shares_the_database_of_an_installation_without_an_account(restarted_with):
    environment = restarted_with(TWILIO_ACCOUNT_SID="")

    assert environment.get("DATABASE_URL") == os.environ.get("DATABASE_URL")


def test_demo_refuses_settings_that_are_not_the_simulator_s(monkeypatch):
    monkeypatch.setenv("WAPROJECT_DEMO_PORTS", "1:2")

    with pytest.raises(CommandError) as raised:
        call_command("demo")

    assert str(raised.value) == "Only `make demo` may set WAPROJECT_DEMO_PORTS."

"""The demonstration as an operator runs it, with trouble on the line, and what it leaves behind."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.installation import environment_for, run_manage

FAULTS = [f"--fail={kind}:0.05" for kind in ("429", "500-accepted", "drop", "63016")]
COMPARE = """
import django
django.setup()
from django.db import connection
from tests.campaigns.reports.comparison import assert_same_numbers
assert_same_numbers(connection)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return environment_for(f"sqlite:///{tmp_path / 'db.sqlite3'}")


def one(database: Path, sql: str) -> int:
    with sqlite3.connect(database) as connection:
        return connection.execute(sql).fetchone()[0]


def test_demo_proves_itself_and_agrees_with_the_original_queries(environment, tmp_path):
    finished = run_manage("demo", "--seed=7", *FAULTS, environment=environment)

    assert finished.stdout.splitlines()[-1].startswith("Proven: nobody was written twice")
    database = tmp_path / "db.sqlite3"
    assert one(database, "SELECT count(*) FROM campaign_recipients WHERE replied_at > ''") > 0
    assert one(database, "SELECT count(*) FROM opt_outs WHERE reason = 'user_request'") > 0
    assert one(database, "SELECT count(*) FROM campaigns WHERE status = 'completed'") == 1
    compared = subprocess.run(
        [sys.executable, "-c", COMPARE],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (compared.returncode, compared.stderr) == (0, "")


def test_demo_fails_with_a_sentence_when_it_takes_too_long(environment, tmp_path):
    finished = run_manage("demo", "--timeout=0", environment=environment, succeeds=False)

    assert finished.stderr.strip() == (
        f"CommandError: The import took too long. The logs are in {tmp_path / 'demo'}."
    )


def test_demo_names_a_file_that_is_not_there(environment):
    finished = run_manage("demo", "--contacts=none.csv", environment=environment, succeeds=False)

    assert finished.stderr.strip() == "CommandError: There is no file none.csv."


def test_demo_with_an_account_of_its_own_leaves_that_database_alone(environment, tmp_path):
    account = {"TWILIO_ACCOUNT_SID": f"AC{'1' * 32}", "TWILIO_AUTH_TOKEN": "real"}
    folder = settings.VAR_DIR / "demo-apart" / "demo"

    finished = run_manage(
        "demo", "--timeout=0", environment={**environment, **account}, succeeds=False
    )

    assert finished.stderr.strip() == (
        f"CommandError: The import took too long. The logs are in {folder}."
    )
    assert not (tmp_path / "db.sqlite3").exists()

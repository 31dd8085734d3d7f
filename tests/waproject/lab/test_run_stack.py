"""The whole stack as an operator starts it, and as it ends."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from tests.installation import Installation, running_installation
from waproject.lab.management.commands import run_stack
from waproject.lab.ports import LOCAL


@pytest.fixture
def site(migrated: Path, tmp_path: Path) -> Iterator[Installation]:
    shutil.copy(migrated, tmp_path / "db.sqlite3")
    with running_installation(tmp_path) as running:
        yield running


@pytest.fixture
def secrets(monkeypatch) -> list[bytes]:
    """Those of the installation that is started after this."""
    key, signing = Fernet.generate_key(), token_urlsafe(40)
    monkeypatch.setenv("FIELD_ENCRYPTION_KEYS", key.decode())
    monkeypatch.setenv("SECRET_KEY", signing)
    return [key, signing.encode()]


@pytest.mark.process
@pytest.mark.slow
def test_run_stack_serves_the_site_and_leaves_no_process_behind(site):
    with closing(HTTPConnection(urlsplit(site.url).netloc)) as connection:
        connection.request("GET", "/accounts/login/")
        status = connection.getresponse().status
    running = site.processes()
    code = site.stop()

    assert (status, code, site.processes()) == (200, 0, [])
    assert len(running) >= 5  # the stack, the simulator, two of the web's, the workers


@pytest.mark.process
@pytest.mark.slow
def test_run_stack_ends_all_when_one_process_dies(site, tmp_path):
    simulator = next(
        pid
        for pid in site.processes()
        if b"simulate_twilio" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )

    os.kill(simulator, signal.SIGKILL)
    code = site.process.wait(timeout=40)

    assert (code, site.processes()) == (1, [])
    assert (tmp_path / "output").read_text(encoding="utf-8").splitlines()[-3:-1] == [
        "CommandError: simulator was killed by signal SIGKILL; the others are stopped.",
        f"The end of {tmp_path / 'log' / 'simulator.log'}:",
    ]


@pytest.mark.process
@pytest.mark.slow
def test_secrets_stand_in_no_argument_and_no_file(secrets, site, tmp_path):
    with closing(HTTPConnection(urlsplit(site.url).netloc)) as connection:
        for method, path in (
            ("GET", "/accounts/login/"),
            ("POST", "/twilio/inbound"),
            ("GET", "/x/"),
        ):
            connection.request(method, path)
            connection.getresponse().read()

    arguments = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in site.processes()]
    files = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    assert len(arguments) >= 5
    assert len(files) > 3
    assert [one for one in (*arguments, *files) if any(secret in one for secret in secrets)] == []


def test_people_of_the_demonstration_write_at_the_pace_that_was_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(run_stack, "run_folder", lambda: tmp_path)

    options = run_stack.behaviour(7.5)

    assert options == [
        f"--journal={tmp_path / 'simulator.jsonl'}",
        "--write-every=7.5",
        f"--remember={tmp_path / 'demo' / 'journal.jsonl'}",
        f"--remember={tmp_path / 'simulator.jsonl'}",
    ]


def test_run_stack_refuses_a_port_that_is_taken():
    with socket.create_server((LOCAL, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(CommandError) as raised:
            call_command("run_stack", port=port)

    assert str(raised.value) == f"Port {port} is in use. Choose another: make run PORT=8001"

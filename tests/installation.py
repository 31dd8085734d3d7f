"""A whole installation beside the tests: its own database, real processes, started by run_stack."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from waproject.lab.ports import LOCAL, free_port

START_SECONDS = 60


@dataclass(frozen=True)
class Installation:
    """`environment` lets further commands work on it; its processes carry `mark` in theirs."""

    url: str
    password: str
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"
    mark: str

    def stop(self) -> int:
        """End it as Ctrl-C does; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)

    def processes(self) -> list[int]:
        """The ids of all its processes that are alive."""
        return [
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if self.mark.encode() in _environment_of(entry)
        ]

    def manage(self, *arguments: str) -> str:
        """What a management command prints on this installation; fails with what it printed."""
        return run_manage(*arguments, environment=self.environment).stdout


def run_manage(
    *arguments: str, environment: dict[str, str], succeeds: bool = True
) -> "subprocess.CompletedProcess[str]":
    """Run manage.py with the project's own settings, in English."""
    finished = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert (finished.returncode == 0) is succeeds, finished.stdout + finished.stderr
    return finished


def environment_for(database_url: str) -> dict[str, str]:
    """The environment of an installation without a Twilio account."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "waproject.settings",
        "DATABASE_URL": database_url,
        "TWILIO_ACCOUNT_SID": "",
        "TWILIO_AUTH_TOKEN": "",
        "LANGUAGE_CODE": "en",
    }


@contextmanager
def running_installation(
    folder: Path, database_url: str = "", **variables: str
) -> Iterator[Installation]:
    """Start one, on the SQLite database in `folder` unless told otherwise; end it after.

    `variables` are further ones of its environment.
    """
    port, mark, output = free_port(), uuid4().hex, folder / "output"
    database_url = database_url or f"sqlite:///{folder / 'db.sqlite3'}"
    environment = {**environment_for(database_url), "MARK": mark, **variables}
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_stack", "--port", str(port), "--write-every=0"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=file,
            stderr=file,
        )
    try:
        printed = _wait_for("The logs", output, process)
        password = re.findall(r"Password: (\S+)", printed)[0]
        yield Installation(f"http://{LOCAL}:{port}", password, environment, process, mark)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=40)


def _wait_for(text: str, output: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + START_SECONDS
    while text not in output.read_text(encoding="utf-8"):
        assert process.poll() is None, output.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, output.read_text(encoding="utf-8")
        time.sleep(0.1)
    return output.read_text(encoding="utf-8")


def _environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""

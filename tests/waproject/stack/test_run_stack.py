"""The whole stack as an operator starts it, and as it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from waproject.stack.ports import LOCAL, free_port


def processes_with(mark: str) -> list[int]:
    """The processes whose environment holds the mark, zombies left out."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def wait_for(text: str, output: Path, process: subprocess.Popen) -> str:
    deadline = time.monotonic() + 45
    while text not in output.read_text(encoding="utf-8"):
        assert process.poll() is None, output.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, output.read_text(encoding="utf-8")
        time.sleep(0.1)
    return output.read_text(encoding="utf-8")


def test_run_stack_serves_the_site_and_leaves_no_process_behind(tmp_path):
    output, port, mark = tmp_path / "output", free_port(), uuid4().hex
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "waproject.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "TWILIO_ACCOUNT_SID": "",
        "TWILIO_AUTH_TOKEN": "",
        "MARK": mark,
    }
    with output.open("w") as file:
        stack = subprocess.Popen(
            [sys.executable, "manage.py", "run_stack", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=file,
            stderr=file,
        )
    printed = wait_for("The logs", output, stack)

    with urllib.request.urlopen(f"http://{LOCAL}:{port}/admin/login/") as page:
        title = re.search(r"<title>(.*?)</title>", page.read().decode(), re.DOTALL)[1]
    running = len(processes_with(mark))
    stack.send_signal(signal.SIGINT)
    code = stack.wait(timeout=30)

    assert "admin" in printed
    assert "WhatsApp" in title
    assert running > 5
    assert (code, processes_with(mark)) == (0, [])


def test_run_stack_refuses_a_port_that_is_taken():
    with socket.create_server((LOCAL, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(CommandError) as raised:
            call_command("run_stack", port=port)

    assert str(raised.value) == f"Port {port} is in use. Choose another: make run PORT=8001"

"""The whole stack as an operator starts it, and as it ends."""

import os
import signal
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from tests.installation import running_installation
from waproject.stack.ports import LOCAL


def test_run_stack_serves_the_site_and_leaves_no_process_behind(tmp_path):
    with running_installation(tmp_path) as site:
        with closing(HTTPConnection(urlsplit(site.url).netloc)) as connection:
            connection.request("GET", "/admin/login/")
            status = connection.getresponse().status
        running = site.processes()
        code = site.stop()

        assert (status, code, site.processes()) == (200, 0, [])
        assert len(running) >= 5  # the stack, the simulator, two of the web's, the workers


def test_run_stack_ends_all_when_one_process_dies(tmp_path):
    with running_installation(tmp_path) as site:
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


def test_run_stack_refuses_a_port_that_is_taken():
    with socket.create_server((LOCAL, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(CommandError) as raised:
            call_command("run_stack", port=port)

    assert str(raised.value) == f"Port {port} is in use. Choose another: make run PORT=8001"

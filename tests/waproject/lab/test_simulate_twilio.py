"""The command, as an operator runs it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from tests.simulation import sync_client
from waproject.lab.twilio_simulator.journal import read_journal

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def command(tmp_path):
    """Start the command with the arguments given; returns the process and its address."""
    processes = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "simulate_twilio", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.process
@pytest.mark.slow
def test_command_serves_until_it_is_told_to_stop(command, tmp_path, settings):
    journal = tmp_path / "journal.jsonl"
    process, address = command("--journal", str(journal), "--latency", "0", "--delay", "0")
    settings.TWILIO_API_BASE_URL = address

    with sync_client() as client:
        sid = client.messages.create(to="+56975400946", from_="+56220000000", body="Hola").sid
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=5) == 0
    assert [entry["sid"] for entry in read_journal(journal)] == [sid]


@pytest.mark.process
def test_command_answers_its_own_questions(command):
    process, address = command()

    answers = [
        requests.get(f"{address}/simulator/{question}", timeout=5).json()
        for question in ("quiet", "journal")
    ]
    process.send_signal(signal.SIGINT)

    assert (answers, process.wait(timeout=5)) == ([True, []], 0)


def test_command_refuses_beside_a_real_account(settings):
    settings.TWILIO_ACCOUNT_SID = "AC" + "1" * 32

    with pytest.raises(CommandError, match="A real Twilio account is set here"):
        call_command("simulate_twilio")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--fail", "rain:0.1"], "“rain” is not a fault."),
        (["--read-share", "2"], "“2” is not a share between 0 and 1"),
        (["--latency", "-1"], "“-1” is not a number of seconds."),
        (["--fail", "429:0.6", "--fail", "500:0.6"], "more than 1"),
    ],
)
def test_command_says_what_is_wrong(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("simulate_twilio", *arguments)


def test_command_says_when_the_port_is_taken(simulator):
    port = simulator.url.rpartition(":")[2]

    with pytest.raises(CommandError, match=f"cannot listen on port {port}"):
        call_command("simulate_twilio", "--port", port)

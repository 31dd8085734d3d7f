"""The processes an installation is made of, and the environment they share."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.utils.translation import gettext as _

from waproject.lab.ports import LOCAL, wait_for_port
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN
from waproject.workers.processes.children import GRACE_SECONDS, MANAGE, Child, ChildDied, Stack

START_SECONDS = 60.0
# Their turns when the stack stops: a worker may still need the provider and the callbacks.
WORKERS, SERVERS = 0, 1


def local_address(port: int) -> str:
    return f"http://{LOCAL}:{port}"


def local_environment(web_port: int) -> dict[str, str]:
    """Settings of a site that is reached from this machine alone."""
    hosts = {*settings.ALLOWED_HOSTS, "localhost", LOCAL}
    return {
        "PUBLIC_BASE_URL": local_address(web_port),
        "ALLOWED_HOSTS": ",".join(sorted(hosts)),
    }


def simulated_environment(web_port: int, simulator_port: int) -> dict[str, str]:
    """Settings with which every process speaks to the simulator, whatever `.env` says."""
    return {
        **local_environment(web_port),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": local_address(simulator_port),
        # Whoever only looks around needs no second factor, unless they ask for it.
        "SECOND_FACTOR_ROLES": os.environ.get("SECOND_FACTOR_ROLES", ""),
    }


def start_simulator(
    stack: Stack, port: int, web_port: int, logs: Path, options: Sequence[str]
) -> Child:
    """Start the simulated provider, which posts its webhooks to the web server's port."""
    addresses = [f"--port={port}", f"--webhook-base={local_address(web_port)}"]
    command = [*MANAGE, "simulate_twilio", *addresses, *options]
    return stack.start("simulator", command, rank=SERVERS, log=logs / "simulator.log")


def kept_contents() -> list[str]:
    """Options with which the simulator keeps its templates beside the database, between runs."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    folder = database.parent if database.is_absolute() else settings.VAR_DIR
    return [f"--contents-file={folder / f'{database.stem}-contents.json'}"]


def start_web(stack: Stack, port: int, logs: Path, *, name: str = "web") -> Child:
    """Start gunicorn on localhost, with threads: SQLite likes one process."""
    return stack.start(
        name,
        [
            *(sys.executable, "-m", "gunicorn", "-c", "python:waproject.site.serving"),
            *("waproject.wsgi", "--bind", f"{LOCAL}:{port}", "--log-level", "warning"),
        ],
        rank=SERVERS,
        log=logs / f"{name}.log",
    )


def start_workers(
    stack: Stack, logs: Path, *, name: str = "workers", options: Sequence[str] = ()
) -> Child:
    """Start a supervisor of worker clusters, with less grace than the stack gives it."""
    command = [*MANAGE, "run_workers", f"--grace={GRACE_SECONDS - 5:g}", *options]
    return stack.start(name, command, rank=WORKERS, log=logs / f"{name}.log")


def wait_until_it_answers(stack: Stack, name: str, port: int) -> None:
    """Return when the server answers; ChildDied when a child ended or it takes too long."""
    if not wait_for_port(port, seconds=START_SECONDS, meanwhile=stack.check):
        raise ChildDied(
            _("%(name)s did not answer on port %(port)d within %(seconds)d seconds.")
            % {"name": name, "port": port, "seconds": START_SECONDS}
        )


def restart_with(environment: Mapping[str, str]) -> NoReturn:
    """Start this very command again in the place of this process, with further variables.

    So that no module of it has read the settings of another account. Never returns.
    """
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **environment})  # noqa: S606

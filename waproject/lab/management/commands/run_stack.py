"""`make run`: web, workers and, without a Twilio account, the simulator, until Ctrl-C."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.lab import services
from waproject.lab.demo.past import known_contents
from waproject.lab.management.commands.simulate_twilio import seconds
from waproject.lab.ports import free_port, is_free
from waproject.lab.preparation import (
    forget_standings,
    greet_first_user,
    prepare_database,
    prepare_static_files,
)
from waproject.workers.clusters.run_directories import run_folder
from waproject.workers.processes.children import ChildDied, Stack, stop_signals_interrupt
from waproject.workers.processes.lock import AlreadyRunning, only_one


class Command(BaseCommand):
    help = _(
        "Start web, workers and (without a Twilio account) the simulator; Ctrl-C stops them all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--port", type=int, default=8000, help=_("of the web server (8000)"))
        add(
            "--write-every",
            type=seconds,
            default=20.0,
            help=_("seconds until somebody writes to the inbox again, of the simulator; 0: nobody"),
        )

    def handle(self, *, port: int, write_every: float, **options: Any) -> None:
        if not is_free(port):
            raise CommandError(
                _("Port %(port)d is in use. Choose another: make run PORT=8001") % {"port": port}
            )
        try:
            with stop_signals_interrupt(), only_one(run_folder() / "stack.lock"):
                self._prepare()
                self._run(port, write_every)
        except KeyboardInterrupt:
            self.stdout.write(_("Stopped."))
        except (AlreadyRunning, ChildDied) as error:
            raise CommandError(str(error)) from None

    def _prepare(self) -> None:
        prepare_database()
        prepare_static_files()
        greeting = greet_first_user()
        if greeting:
            self.stdout.write(greeting)

    def _run(self, port: int, write_every: float) -> None:
        simulated = not settings.TWILIO_ACCOUNT_SID
        simulator_port = free_port()
        environment = services.simulated_environment(port, simulator_port)
        logs = run_folder() / "log"
        logs.mkdir(parents=True, exist_ok=True)
        with Stack(environment if simulated else {}) as stack:
            if simulated:
                options = [*behaviour(write_every), *services.kept_contents(), *known_contents()]
                forget_standings()
                services.start_simulator(stack, simulator_port, port, logs, options)
                services.wait_until_it_answers(stack, "simulator", simulator_port)
            services.start_web(stack, port, logs)
            services.start_workers(stack, logs)
            services.wait_until_it_answers(stack, "web", port)
            self._greet(port, simulated, services.local_address(simulator_port))
            if simulated and write_every:
                self.stdout.write(_("Invented people write to the inbox, and go on when answered."))
            self.stdout.write(_("The logs: %(folder)s") % {"folder": logs})
            stack.watch()

    def _greet(self, port: int, simulated: bool, simulator: str) -> None:
        address = f"http://localhost:{port}" if simulated else settings.PUBLIC_BASE_URL
        self.stdout.write(_("The site: %(address)s/   Ctrl-C stops it.") % {"address": address})
        if simulated:
            self.stdout.write(
                _("No Twilio account is set in .env: messages go to the simulator alone.")
            )
            self.stdout.write(
                _("Its templates, to pause or reject one: %(address)s")
                % {"address": f"{simulator}/simulator/contents"}
            )
        if settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend"):
            folder = settings.EMAIL_FILE_PATH
            self.stdout.write(
                _("E-mails are files of this folder: %(folder)s") % {"folder": folder}
            )
        self.stdout.flush()


def behaviour(write_every: float) -> list[str]:
    """The options of a simulator whose people are those of its earlier runs, `make demo` too."""
    journal = run_folder() / "simulator.jsonl"
    past = (run_folder() / "demo" / "journal.jsonl", journal)
    return [
        f"--journal={journal}",
        f"--write-every={write_every:g}",
        *(f"--remember={path}" for path in past),
    ]

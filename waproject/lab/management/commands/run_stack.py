"""`make run`: web, workers and, without a Twilio account, the simulator, until Ctrl-C."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.lab import services
from waproject.lab.ports import free_port, is_free
from waproject.lab.preparation import (
    greet_first_user,
    prepare_database,
    prepare_static_files,
)
from waproject.workers.processes.children import ChildDied, Stack, stop_signals_interrupt
from waproject.workers.processes.lock import AlreadyRunning, only_one
from waproject.workers.run_directories import run_folder


class Command(BaseCommand):
    help = _(
        "Start web, workers and (without a Twilio account) the simulator; Ctrl-C stops them all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help=_("of the web server (8000)"))

    def handle(self, *, port: int, **options: Any) -> None:
        if not is_free(port):
            raise CommandError(
                _("Port %(port)d is in use. Choose another: make run PORT=8001") % {"port": port}
            )
        try:
            with stop_signals_interrupt(), only_one(run_folder() / "stack.lock"):
                self._prepare()
                self._run(port)
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

    def _run(self, port: int) -> None:
        simulated = not settings.TWILIO_ACCOUNT_SID
        simulator_port = free_port()
        environment = services.simulated_environment(port, simulator_port)
        logs = run_folder() / "log"
        logs.mkdir(parents=True, exist_ok=True)
        with Stack(environment if simulated else {}) as stack:
            if simulated:
                options = [f"--journal={run_folder() / 'simulator.jsonl'}"]
                services.start_simulator(stack, simulator_port, port, logs, options)
                services.wait_until_it_answers(stack, "simulator", simulator_port)
            services.start_web(stack, port, logs)
            services.start_workers(stack, logs)
            services.wait_until_it_answers(stack, "web", port)
            self._greet(port, simulated)
            self.stdout.write(_("The logs: %(folder)s") % {"folder": logs})
            stack.watch()

    def _greet(self, port: int, simulated: bool) -> None:
        address = f"http://localhost:{port}" if simulated else settings.PUBLIC_BASE_URL
        self.stdout.write(_("The site: %(address)s/   Ctrl-C stops it.") % {"address": address})
        if simulated:
            self.stdout.write(
                _("No Twilio account is set in .env: messages go to the simulator alone.")
            )
        self.stdout.flush()

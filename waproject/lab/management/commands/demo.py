"""`make demo`: the whole loop against the simulator, and the proof that it held."""

import os
import shutil
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console

from campaigns import operations
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.imports.operations import start_import
from waproject.accounts.actors import SYSTEM
from waproject.lab import services
from waproject.lab.demo import report as demo_report
from waproject.lab.demo.example import make_campaign
from waproject.lab.demo.history import write_past
from waproject.lab.demo.past import known_contents
from waproject.lab.demo.proof import Entry, problems_of
from waproject.lab.ports import LOCAL, free_port
from waproject.lab.preparation import (
    greet_first_user,
    prepare_database,
    prepare_static_files,
)
from waproject.lab.twilio_simulator.account import ACCOUNT_SID
from waproject.lab.twilio_simulator.journal import read_journal
from waproject.tenants.commands import tenant_of
from waproject.tenants.scope import in_tenant
from waproject.workers.clusters.run_directories import run_folder
from waproject.workers.processes.children import ChildDied, Stack, stop_signals_interrupt
from waproject.workers.processes.lock import AlreadyRunning, only_one
from waproject.workers.tick import run_all, tick

SAMPLE = settings.BASE_DIR / "samples" / "contactos.csv"
SOME_FAILURES = ["63016:0.02", "63024:0.02"]
# The simulated people: quick, and lively enough for every stage of the funnel.
PEOPLE = [
    *("--latency", "0.03", "--delay", "0.2", "--read-share", "0.7", "--reply-share", "0.2"),
    *("--optout-share", "0.06", "--repeat-share", "0.1", "--disorder-share", "0.1"),
]
# What takes minutes in earnest takes seconds here. A lease must outlast a request's timeout.
HURRY = {
    "TWILIO_TIMEOUT_SECONDS": "2",
    "SENDING_LEASE_SECONDS": "5",
    "RECONCILE_AFTER_SECONDS": "2",
    "LOG_LEVEL": "WARNING",
}
# States of a campaign from which it does not go on by itself.
STOPPED = {CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.CANCELLED}
PORTS = "WAPROJECT_DEMO_PORTS"
JOURNAL = "journal.jsonl"


class Command(BaseCommand):
    help = _("Import a sample, send a campaign through the simulator, and prove what happened.")

    requires_system_checks = []  # the command begins twice; once is enough

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--seed", type=int, default=1, help=_("the same seed gives the same people (1)"))
        add("--fail", action="append", metavar="CODE:SHARE", help=_("as of simulate_twilio"))
        add("--contacts", type=Path, default=SAMPLE, help=_("the file to import"))
        add("--timeout", type=float, default=60, help=_("seconds the campaign may take (60)"))
        add("--today-only", action="store_true", help=_("make up no weeks before today"))
        add("--keep", action="store_true", help=_("leave everything running until Ctrl-C"))

    def handle(self, **options: Any) -> None:
        self.console = Console(highlight=False)
        self.began = time.monotonic()
        if not options["contacts"].is_file():
            raise CommandError(_("There is no file %(file)s.") % {"file": options["contacts"]})
        ports = os.environ.get(PORTS)
        if not ports:
            begin_again_with_the_simulator()
        web_port, simulator_port = map(int, ports.split(":"))
        if services.local_address(simulator_port) != settings.TWILIO_API_BASE_URL:
            raise CommandError(_("Only `make demo` may set %(name)s.") % {"name": PORTS})
        try:
            with stop_signals_interrupt(), only_one(run_folder() / "stack.lock"):
                self._run(web_port, simulator_port, **options)
        except KeyboardInterrupt:
            raise CommandError(_("Stopped before the end."), returncode=130) from None
        except (AlreadyRunning, ChildDied, operations.OperationRefused) as error:
            raise CommandError(str(error)) from None

    def _run(self, web_port: int, simulator_port: int, **options: Any) -> None:
        self.check()
        prepare_database()
        if options["keep"]:
            prepare_static_files()
        folder = _empty(run_folder() / "demo")
        with Stack({}) as stack:
            self._start(stack, web_port, simulator_port, folder, **options)
            self._say(_("Web server, workers and simulator are running."))
            deadline = time.monotonic() + options["timeout"]
            with in_tenant(tenant_of(None)):
                self._import(stack, options["contacts"], deadline)
                if not options["today_only"]:
                    self._write_past(options["seed"])
                campaign = self._send(stack, simulator_port, deadline)
                self._prove(campaign, read_journal(folder / JOURNAL))
            if options["keep"]:
                self._keep(stack, web_port)

    def _start(
        self, stack: Stack, web_port: int, simulator_port: int, folder: Path, **options: Any
    ) -> None:
        faults = [f"--fail={fault}" for fault in options["fail"] or SOME_FAILURES]
        behaviour = [
            *(*PEOPLE, *faults, f"--seed={options['seed']}", f"--journal={folder / JOURNAL}"),
            *(*services.kept_contents(), *known_contents()),
        ]
        services.start_simulator(stack, simulator_port, web_port, folder, behaviour)
        services.start_web(stack, web_port, folder)
        services.start_workers(stack, folder)
        services.wait_until_it_answers(stack, "simulator", simulator_port)
        services.wait_until_it_answers(stack, "web", web_port)

    def _prove(self, campaign: Campaign, journal: Sequence[Entry]) -> None:
        demo_report.print_campaign(self.console, campaign)
        demo_report.print_opt_outs(self.console, campaign)
        demo_report.print_journal(self.console, journal)
        problems = problems_of(campaign.pk, journal)
        if problems:
            raise CommandError("\n- ".join([_("The proof does not hold:"), *problems]))
        self.stdout.write(
            self.style.SUCCESS(
                _(
                    "Proven: nobody was written twice, nobody after their opt-out, every accepted"
                    " message is a recipient's and the other way round, and the data are whole."
                )
            )
        )

    def _import(self, stack: Stack, file: Path, deadline: float) -> None:
        """Bring the file in as an upload does: stored, and read by the long worker."""
        with file.open("rb") as content:
            imported = start_import(File(content), file.name, {}, by=SYSTEM)
        while not imported.job.has_ended:
            self._pause(stack, deadline, _("the import"))
            imported.refresh_from_db()
        if imported.job.error:
            raise CommandError(imported.job.error)
        self._say(_("The contacts are imported."))
        demo_report.print_import(self.console, imported)

    def _write_past(self, seed: int) -> None:
        """Make up what the business did in the last weeks, where it has done nothing yet."""
        written = write_past(seed)
        if written:
            self._say(
                _(
                    "The weeks before are made up, and nothing of them was sent: %(campaigns)d"
                    " campaigns, %(messages)d messages."
                )
                % {"campaigns": written.campaigns, "messages": written.messages}
            )

    def _send(self, stack: Stack, simulator_port: int, deadline: float) -> Campaign:
        """Launch the example campaign; return it when all is sent, answered and told."""
        campaign = make_campaign()
        operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
        self._say(_("The campaign is launched."))
        next_tick = 0.0
        while campaign.status != CampaignStatus.COMPLETED or not is_quiet(simulator_port):
            self._pause(stack, deadline, _("the campaign"))
            if time.monotonic() > next_tick:
                # The schedule alone would come round every minute.
                tick()
                next_tick = time.monotonic() + 1
            campaign.refresh_from_db()
            if campaign.status in STOPPED:
                raise CommandError(_("The campaign stopped: %(why)s") % {"why": campaign.why})
        run_all()
        campaign.refresh_from_db()
        self._say(_("All is sent, told and answered."))
        self.console.print()
        return campaign

    def _say(self, sentence: str) -> None:
        self.console.print(f"{time.monotonic() - self.began:5.1f} s  {sentence}")

    def _pause(self, stack: Stack, deadline: float, what: str) -> None:
        stack.check()
        if time.monotonic() > deadline:
            raise CommandError(
                _("%(what)s took too long. The logs are in %(folder)s.")
                % {"what": what.capitalize(), "folder": run_folder() / "demo"}
            )
        time.sleep(0.1)

    def _keep(self, stack: Stack, web_port: int) -> None:
        greeting = greet_first_user()
        if greeting:
            self.stdout.write(greeting)
        self.stdout.write(
            _("Look around: http://localhost:%(port)d/   Ctrl-C ends it.") % {"port": web_port}
        )
        try:
            stack.watch()
        except KeyboardInterrupt:
            self.stdout.write(_("Stopped."))


def begin_again_with_the_simulator() -> NoReturn:
    """Start this command again with the simulator's settings, whatever `.env` says.

    An installation with an account of its own keeps its database to itself: its real campaigns must
    not be "sent" by the workers of a demonstration.
    """
    web_port, simulator_port = free_port(), free_port()
    environment = {
        **services.simulated_environment(web_port, simulator_port),
        **HURRY,
        PORTS: f"{web_port}:{simulator_port}",
    }
    if settings.TWILIO_ACCOUNT_SID not in {"", ACCOUNT_SID}:
        apart = settings.VAR_DIR / "demo-apart"
        apart.mkdir(parents=True, exist_ok=True)
        environment["DATABASE_URL"] = f"sqlite:///{apart / 'db.sqlite3'}"
    services.restart_with(environment)


def is_quiet(simulator_port: int) -> bool:
    """Whether the simulated people and callbacks have nothing more to do."""
    with closing(HTTPConnection(LOCAL, simulator_port, timeout=10)) as connection:
        connection.request("GET", "/simulator/quiet")
        return connection.getresponse().read() == b"true"


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder

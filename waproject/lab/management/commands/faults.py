"""`make faults`: kill, break and hurry real processes, and prove that nobody noticed."""

import os
import shutil
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql
from rich.console import Console

from campaigns.operations import OperationRefused
from waproject.lab import services
from waproject.lab.faults import provider
from waproject.lab.faults.run import Run
from waproject.lab.faults.scenarios import away, crash, halts, optouts, paced, rates
from waproject.lab.faults.site import Site
from waproject.lab.ports import free_port
from waproject.lab.preparation import prepare_database
from waproject.tenants.commands import tenant_of
from waproject.tenants.scope import in_tenant
from waproject.workers.processes.children import ChildDied, Stack, stop_signals_interrupt

# What takes minutes in earnest takes seconds here. A lease must outlast a request's timeout.
HURRY = {
    "TWILIO_TIMEOUT_SECONDS": "2",
    "SENDING_LEASE_SECONDS": "6",
    "RECONCILE_AFTER_SECONDS": "2",
    "POLL_AFTER_SECONDS": "3",
    "REFUSAL_DELAY_MOST_SECONDS": "4",
    "WORKERS_DEAF_AFTER_SECONDS": "4",
    "LOG_LEVEL": "WARNING",
    "DEBUG": "false",
}
# Rates are measured with the times of an installation.
IN_EARNEST = {
    "SENDING_LEASE_SECONDS": "60",
    "POLL_AFTER_SECONDS": "600",
    "WORKERS_DEAF_AFTER_SECONDS": "60",
}
# Seconds between two ticks.
TICK_IN_A_HURRY, TICK_IN_EARNEST = 0.5, 60.0
# Nobody is to ask for the callbacks that are withheld while people opt out.
ASK_LATER = {"POLL_AFTER_SECONDS": "120"}
PLACE = "WAPROJECT_FAULTS_PLACE"
SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Command(BaseCommand):
    help = _("Kill real processes at random while campaigns send, and compare three ledgers.")

    requires_system_checks = []  # the command begins twice; its processes check themselves

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument(
            "--optouts", type=int, default=0, help=_("let so many opt out meanwhile, kill nobody")
        )
        kinds.add_argument(
            "--halts", action="store_true", help=_("pause, resume and cancel, kill nobody")
        )
        kinds.add_argument(
            "--rates", action="store_true", help=_("measure the rate of senders, kill nobody")
        )
        kinds.add_argument(
            "--paced",
            action="store_true",
            help=_("measure campaigns with a pace of their own, and those beside them"),
        )
        kinds.add_argument(
            "--away",
            action="store_true",
            help=_("let people write while the database (PostgreSQL) and the web come and go"),
        )
        add("--rate", type=float, default=80, help=_("of a sender, where nobody is killed (80)"))
        add("--seconds", type=float, default=30, help=_("of sending for each rate (30)"))
        add("--kills", type=int, default=10, help=_("how many processes to kill (10)"))
        add("--recipients", type=int, default=300, help=_("how many people to write to (300)"))
        add("--campaigns", type=int, default=4, help=_("in how many campaigns (4)"))
        add("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE, help=_("sqlite by default"))
        add(
            "--server",
            default="postgres://postgres@127.0.0.1:5432",
            help=_("the PostgreSQL server, on which a database is made for the run"),
        )
        add("--seed", type=int, default=1, help=_("the same seed draws the same kills (1)"))
        add("--latency", type=float, default=0.2, help=_("of the provider, in seconds (0.2)"))

    def handle(self, **options: Any) -> None:
        if PLACE not in os.environ:
            begin_again_apart(options["database"], options["server"], times_of_run(options))
        folder = Path(os.environ[PLACE])
        try:
            with stop_signals_interrupt():
                problems = self._run(folder, **options)
        except KeyboardInterrupt:
            raise CommandError(_("Stopped before the end."), returncode=130) from None
        except (ChildDied, OperationRefused) as error:
            raise CommandError(str(error)) from None
        if problems:
            where = _("The logs and the journal are in %(folder)s.") % {"folder": folder}
            raise CommandError("\n- ".join([_("It does not hold:"), *problems, where]))
        clear_away(folder, options["server"])
        self.stdout.write(self.style.SUCCESS(_("It holds.")))

    def _run(self, folder: Path, **options: Any) -> list[str]:
        prepare_database()
        journal = folder / "journal.jsonl"
        prove, conditions = kind_of_run(options)
        with Stack({}) as stack:
            site = Site(
                stack,
                folder,
                web_port=port_of(settings.PUBLIC_BASE_URL),
                simulator_port=port_of(settings.TWILIO_API_BASE_URL),
                tick_every=TICK_IN_EARNEST if is_measured(options) else TICK_IN_A_HURRY,
            )
            several = options["database"] == POSTGRESQL
            simulator = provider.behaviour(
                journal, seed=options["seed"], latency=options["latency"], **conditions
            )
            site.start(
                clusters=2 if several else 1, workers=2 if several else 3, simulator=simulator
            )
            run = Run(site, journal, options, Console(highlight=False, width=120))
            with in_tenant(tenant_of(None)):
                return prove(run)


def kind_of_run(options: dict[str, Any]) -> tuple[Callable[[Run], list[str]], dict[str, Any]]:
    """What to prove, and how the provider behaves meanwhile."""
    if options["optouts"]:
        return optouts.prove, {"faults": optouts.withheld_callbacks(options["rate"])}
    if options["away"]:
        return away.prove, {}
    if options["halts"]:
        return halts.prove, {}
    if is_measured(options):
        # Callbacks are the web server's work, and would take the workers' share of the machine.
        prove = paced.prove if options["paced"] else rates.prove
        return prove, {"faults": ["lost-callback:1"]}
    return crash.prove, {"faults": provider.ALL_FAULTS, "restless": True}


def is_measured(options: dict[str, Any]) -> bool:
    """Whether the times of this run are what it is about."""
    return bool(options["rates"] or options["paced"])


def times_of_run(options: dict[str, Any]) -> dict[str, str]:
    """Which times differ from those that a run in a hurry has."""
    if is_measured(options):
        return IN_EARNEST
    return ASK_LATER if options["optouts"] else {}


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def begin_again_apart(database: str, server: str, more: dict[str, str]) -> NoReturn:
    """Start this command again with a database, ports and a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="waproject-faults-"))
    url = f"sqlite:///{folder / 'db.sqlite3'}"
    if database == POSTGRESQL:
        name = f"waproject_faults_{os.getpid()}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(name)))
            admin.execute(sql.SQL("CREATE DATABASE {}").format(_name(name)))
        url = f"{server}/{name}"
    services.restart_with(
        {
            **services.simulated_environment(free_port(), free_port()),
            **HURRY,
            **more,
            PLACE: str(folder),
            "KEPT_MESSAGES_FOLDER": str(folder / "kept-messages"),
            "DATABASE_URL": url,
        }
    )


def clear_away(folder: Path, server: str) -> None:
    """Remove what a run that held has left."""
    shutil.rmtree(folder, ignore_errors=True)
    if connection.vendor == "postgresql":
        name = str(settings.DATABASES["default"]["NAME"])
        connection.close()
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(name)))


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)

"""`make screenshots`: the pictures of the documents, of a database of its own."""

import os
import shutil
import subprocess
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.lab import services
from waproject.lab.demo.past import known_contents
from waproject.lab.ports import free_port
from waproject.lab.preparation import make_first_user, prepare_static_files
from waproject.lab.screenshots.camera import NoCamera, find_browser, take
from waproject.lab.screenshots.pictures import pictures
from waproject.tenants.commands import tenant_of
from waproject.tenants.scope import in_tenant
from waproject.workers.clusters.cluster import queues
from waproject.workers.models import Cluster
from waproject.workers.processes.children import MANAGE, ChildDied, Stack, stop_signals_interrupt

OWN_DATABASE = "WAPROJECT_SCREENSHOTS"


class Command(BaseCommand):
    help = _("Take the pictures of the documents of a database that the demonstration fills.")

    requires_system_checks = []  # the command begins twice; the demonstration checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        documents = settings.BASE_DIR / "docs"
        parser.add_argument("--folder", type=Path, default=documents, help=_("of the pictures"))

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            find_browser()
            if OWN_DATABASE not in os.environ:
                begin_again_with_own_database()
            with stop_signals_interrupt():
                self._run(folder)
        except KeyboardInterrupt:
            raise CommandError(_("Stopped before the end."), returncode=130) from None
        except (NoCamera, ChildDied, subprocess.CalledProcessError) as error:
            raise CommandError(str(error)) from None

    def _run(self, folder: Path) -> None:
        subprocess.run([*MANAGE, "demo", "--seed=1"], check=True)  # noqa: S603
        prepare_static_files()
        password = make_first_user()
        port, simulator_port = free_port(), free_port()
        logs = Path(os.environ[OWN_DATABASE])
        with Stack(services.simulated_environment(port, simulator_port)) as stack:
            kept = [*services.kept_contents(), *known_contents()]
            services.start_simulator(stack, simulator_port, port, logs, kept)
            services.start_web(stack, port, logs)
            services.start_workers(stack, logs)
            services.wait_until_it_answers(stack, "web", port)
            wait_for_heartbeats(stack)
            with in_tenant(tenant_of(None)):
                wanted = pictures()
            site = services.local_address(port)
            for file in take(wanted, site, password or "", folder):
                self.stdout.write(f"{file}  {file.stat().st_size // 1024} kB")


def wait_for_heartbeats(stack: Stack) -> None:
    """Return when each cluster has shown that it works: until then the first page warns of it."""
    deadline = time.monotonic() + services.START_SECONDS
    heard = Cluster.objects.exclude(heard_at=None).values_list("name", flat=True)
    while set(queues()) - {*heard.all()}:
        stack.check()
        if time.monotonic() > deadline:
            return
        time.sleep(0.5)


def begin_again_with_own_database() -> NoReturn:
    """Start this command again, in Spanish, on an empty SQLite database and without an account."""
    folder = settings.VAR_DIR / "screenshots"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    services.restart_with(
        {
            OWN_DATABASE: str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "TWILIO_ACCOUNT_SID": "",
            "TWILIO_AUTH_TOKEN": "",
            "LANGUAGE_CODE": "es",
        }
    )

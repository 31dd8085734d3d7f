"""`manage.py run_workers`: the worker clusters of this machine, kept alive."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.workers.clusters.cluster import queues
from waproject.workers.clusters.supervisor import supervise

# Longer than any job of the cluster for sending takes.
GRACE_SECONDS = 75.0


class Command(BaseCommand):
    help = _("Run the worker clusters and start again those that die or turn deaf, until SIGTERM.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--clusters", metavar="NAMES", help=_("separated by commas; all when left out"))
        add("--processes", type=int, help=_("that do the jobs of sending (WORKERS)"))
        add("--grace", type=float, help=_("seconds for what runs when told to end (75)"))

    def handle(self, **options: Any) -> None:
        processes = options["processes"] or settings.WORKERS
        if processes < 1:
            raise CommandError(_("--processes must be at least 1."))
        supervise(
            chosen(options["clusters"]),
            processes=processes,
            deaf_after=settings.WORKERS_DEAF_AFTER_SECONDS,
            grace=GRACE_SECONDS if options["grace"] is None else options["grace"],
        )


def chosen(names: str | None) -> list[str]:
    """The queues that `names` lists, all of them without it; CommandError for an unknown one."""
    known = queues()
    if names is None:
        return known
    wanted = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise CommandError(
            _("There is no cluster “%(name)s”. There are: %(known)s.")
            % {"name": ", ".join(unknown), "known": ", ".join(known)}
        )
    return wanted

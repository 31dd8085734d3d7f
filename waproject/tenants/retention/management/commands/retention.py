"""`manage.py retention`: how long the business keeps what, and taking away what is older."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand
from waproject.core.jobs import operations as jobs
from waproject.tenants.retention.actions import RetentionAction
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.operations import CannotKeep, Due, choose, days_kept, due_now
from waproject.tenants.retention.periods import FOR_EVER
from waproject.tenants.retention.running import start
from waproject.tenants.retention.sweeps import label_of, periods


class Command(ActingCommand):
    help = _("Show or choose how long data is kept, or take away now what was kept long enough.")

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--set",
            nargs="+",
            metavar="NAME=DAYS",
            help=_("choose periods; 0: for ever, “default”: as where nothing is chosen"),
        )
        what.add_argument(
            "--run", action="store_true", help=_("take away now what was kept long enough")
        )
        what.add_argument(
            "--dry-run", action="store_true", help=_("say what would go, and change nothing")
        )

    def needed(self, options: dict[str, Any]) -> Sequence[str]:
        changes = options["set"] or options["run"]
        return [RetentionAction.CHANGE.permission if changes else "tenants.view_tenant"]

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        if options["set"]:
            self._set(options["set"], by)
        elif options["run"]:
            self._run(by)
        elif options["dry_run"]:
            self._tell(due_now(timezone.now()))
        else:
            self._show()

    def _set(self, given: list[str], by: Actor) -> None:
        try:
            choose(dict(map(_read, given)), by=by)
        except CannotKeep as refusal:
            raise CommandError(str(refusal)) from None
        self._show()

    def _show(self) -> None:
        for name, days in days_kept().items():
            kept = _("for ever") if days == FOR_EVER else _("%(days)g days") % {"days": days}
            self.stdout.write(f"{name}\t{kept}\t{periods()[name].label}")

    def _tell(self, due: Iterable[Due]) -> None:
        for one in due:
            self.stdout.write(str(one))

    def _run(self, by: Actor) -> None:
        job = start(by=by)
        if job is None:
            raise CommandError(_("A run is under way."))
        jobs.run(job.pk)
        done = RetentionRun.objects.get(pk=job.parameters["run"])
        if done.finished_at is None:
            raise CommandError(_("The run did not come to its end. It goes on the next night."))
        for name, count in done.removed.items():
            self.stdout.write(f"{label_of(name)}: {count}")
        if not done.removed:
            self.stdout.write(_("Nothing was kept for too long."))


def _read(given: str) -> tuple[str, int | None]:
    """`messages=365` as a name and days. CommandError for what cannot be read."""
    name, _equals, days = given.partition("=")
    if days == "default":
        return name, None
    if not days.isdecimal():
        raise CommandError(_("%(given)s is not NAME=DAYS.") % {"given": given})
    return name, int(days)

"""`manage.py restore_archive`: a conversation from the JSON of its archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from messaging.archives.actions import RESTORE_ARCHIVES
from messaging.archives.restoring import CannotRestore, read_archive, restore
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand

# Larger ones are no archive of ours.
MOST_BYTES = 500_000_000


class Command(ActingCommand):
    help = _("Restore a conversation from the JSON of its archive.")
    needs = (RESTORE_ARCHIVES,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        try:
            found = restore(_read(options["file"]), by=by)
        except CannotRestore as error:
            raise CommandError(str(error)) from None
        words = {"messages": found["figures"]["messages"], "new": found["new"]}
        self.stdout.write(_("%(messages)d messages, of which %(new)d are new here.") % words)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError(_("The file is too large for an archive."))
        return read_archive(path.read_bytes())
    except OSError as error:
        words = {"file": path, "why": error.strerror}
        raise CommandError(_("Cannot read %(file)s: %(why)s.") % words) from None

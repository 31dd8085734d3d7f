"""`manage.py restore FILE`: a backup, brought into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.ops.backups import CannotRestore, ToolFailed, restore


class Command(BaseCommand):
    help = _("Bring a backup into an empty database, and pause the campaigns that were running.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("that manage.py backup wrote"))

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            held = restore(file)
        except (CannotRestore, ToolFailed) as error:
            raise CommandError(str(error)) from None
        for name in held:
            self.stdout.write(_("No longer running: %(campaign)s") % {"campaign": name})
        self.stdout.write(_("Restored. Next: manage.py migrate, then manage.py check_integrity."))

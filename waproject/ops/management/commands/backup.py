"""`manage.py backup FOLDER`: one file with the database and the stored files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.ops.backups import ToolFailed, back_up


class Command(BaseCommand):
    help = _("Write a backup of the database and the stored files, while everything runs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help=_("where the file is written"))

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            self.stdout.write(str(back_up(folder)))
        except (OSError, ToolFailed) as error:
            raise CommandError(_("There is no backup: %(why)s") % {"why": error}) from None

"""`manage.py backup FOLDER`: one encrypted file with the database and the stored files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.ops.actions import OperatorAction, log_in_each_business
from waproject.ops.backups import CannotBackUp, ToolFailed, back_up


class Command(BaseCommand):
    help = _("Write a backup of the database and the stored files, while everything runs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help=_("where the file is written"))
        parser.add_argument(
            "--plain", action="store_true", help=_("do not encrypt it: anybody can read it")
        )

    def handle(self, *, folder: Path, plain: bool, **options: Any) -> None:
        try:
            written = back_up(folder, plain=plain)
        except (OSError, CannotBackUp, ToolFailed) as error:
            raise CommandError(_("There is no backup: %(why)s") % {"why": error}) from None
        log_in_each_business(
            OperatorAction.BACK_UP, "backup", file=written.name, encrypted=not plain
        )
        self.stdout.write(str(written))
        if plain:
            warning = _("It is not encrypted: whoever has the file reads everybody's data.")
            self.stderr.write(self.style.WARNING(warning))

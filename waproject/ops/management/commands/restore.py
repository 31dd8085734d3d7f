"""`manage.py restore FILE`: a backup, brought into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waproject.ops.actions import OperatorAction, log_in_each_business
from waproject.ops.archives import CannotRead, verify
from waproject.ops.backups import CannotRestore, ToolFailed, restore


class Command(BaseCommand):
    help = _("Bring a backup into an empty database, and pause the campaigns that were running.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("that manage.py backup wrote"))
        parser.add_argument(
            "--plain", action="store_true", help=_("the file is one that was not encrypted")
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("read the file from beginning to end, and change nothing"),
        )

    def handle(self, *, file: Path, plain: bool, check: bool, **options: Any) -> None:
        try:
            if check:
                self._say_whole(verify(file, plain=plain))
                return
            held = restore(file, plain=plain)
        except (CannotRead, CannotRestore, ToolFailed) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                _(
                    "The backup is not restored whole: %(why)s. Mend that, name a new database in"
                    " DATABASE_URL, move %(folder)s away, and restore again. No campaign goes on in"
                    " the database that was begun."
                )
                % {"why": error, "folder": settings.PRIVATE_ROOT}
            ) from None
        log_in_each_business(OperatorAction.RESTORE, "restore", file=file.name)
        for name in held:
            self.stdout.write(_("No longer running: %(campaign)s") % {"campaign": name})
        self.stdout.write(_("Restored. Next: manage.py migrate, then manage.py check_integrity."))

    def _say_whole(self, files: int) -> None:
        said = ngettext(
            "The backup is whole: %(count)d file. Nothing was changed.",
            "The backup is whole: %(count)d files. Nothing was changed.",
            files,
        )
        self.stdout.write(said % {"count": files})

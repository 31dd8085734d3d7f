"""Hold every invariant of the project against the database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waproject.tenants.models import tenant_ids
from waproject.tenants.scope import in_tenant


class Command(BaseCommand):
    help = _("Check the invariants of the whole database; exit with 1 if one is broken.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help=_("print the problems alone"))

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for tenant_id in tenant_ids():
            with in_tenant(tenant_id):
                found += self._check()
        if found:
            raise CommandError(
                ngettext("%(count)s problem found.", "%(count)s problems found.", found)
                % {"count": found}
            )
        if not options["quiet"]:
            self.stdout.write(_("No problem found."))

    def _check(self) -> int:
        """Print what is wrong in the business of the scope; return how many problems."""
        found = 0
        for name in settings.INTEGRITY_CHECKS:
            for problem in import_string(name)():
                found += 1
                self.stdout.write(problem)
        return found

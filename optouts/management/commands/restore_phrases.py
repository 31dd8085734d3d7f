"""`manage.py restore_phrases`: the built-in phrases that the table lacks, and the core as it is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from optouts.phrase_table import restore
from waproject.tenants.commands import TenantCommand


class Command(TenantCommand):
    help = _("Add the built-in phrases that are missing; what staff wrote or switched off stays.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = restore()
        self.stdout.write(
            ngettext("%(count)d phrase restored.", "%(count)d phrases restored.", count)
            % {"count": count}
        )

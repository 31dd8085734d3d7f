"""`manage.py restore_phrases`: the built-in phrases that the table lacks, and the core as it is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from optouts.actions import OptOutAction
from optouts.phrase_table import restore
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Add the built-in phrases that are missing; what staff wrote or switched off stays.")
    needs = (OptOutAction.RESTORE.permission,)

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        count = restore(by=by)
        self.stdout.write(
            ngettext("%(count)d phrase restored.", "%(count)d phrases restored.", count)
            % {"count": count}
        )

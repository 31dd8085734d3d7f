"""Go on with a paused campaign."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions import CampaignAction
from campaigns.operations import OperationRefused, resume
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Resume a paused campaign where it stopped.")
    needs = (CampaignAction.RESUME.permission,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", type=int, metavar="ID")

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        try:
            resume(options["campaign_id"], by=by)
        except OperationRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Resumed. It goes on where it stopped."))

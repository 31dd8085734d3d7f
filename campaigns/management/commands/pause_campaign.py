"""Pause a campaign that is sending."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions import CampaignAction
from campaigns.operations import OperationRefused, pause
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Pause a campaign: what has not left yet waits until resume_campaign.")
    needs = (CampaignAction.PAUSE.permission,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", type=int, metavar="ID")

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        try:
            pause(options["campaign_id"], by=by)
        except OperationRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Paused. Nothing more leaves until it is resumed."))

"""Cancel a campaign for good."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.actions import CampaignAction
from campaigns.operations import OperationRefused, cancel
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Cancel a campaign for good: people not written to yet will not be.")
    needs = (CampaignAction.CANCEL.permission,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", type=int, metavar="ID")

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        try:
            skipped = cancel(options["campaign_id"], by=by)
        except OperationRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            ngettext(
                "Cancelled. %(people)s recipient was not written to.",
                "Cancelled. %(people)s recipients were not written to.",
                skipped,
            )
            % {"people": skipped}
        )

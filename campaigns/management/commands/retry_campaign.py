"""Write again to those of a campaign whose message failed."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions import CampaignAction
from campaigns.operations import OperationRefused, retry_failed
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _(
        "Write again to the people of a campaign whose message failed for a cause that can pass."
    )
    needs = (CampaignAction.RETRY.permission,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", type=int, metavar="ID")

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        try:
            retried = retry_failed(options["campaign_id"], by=by)
        except OperationRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(retried))

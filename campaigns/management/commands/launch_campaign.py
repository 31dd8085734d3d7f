"""Launch a campaign, after showing what its launch will do."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.actions import CampaignAction
from campaigns.launch.checks import Preflight, preflight
from campaigns.launch.cost import estimated
from campaigns.management.watching import watch, watch_launch
from campaigns.models import Campaign
from campaigns.operations import OperationRefused, launch
from campaigns.states import CampaignStatus, RecipientStatus
from campaigns.tracking.funnel import funnel
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand
from waproject.core.text.durations import in_words

INTERRUPTED = 130  # what a shell reports for a command that Ctrl-C ended


class Command(ActingCommand):
    help = _("Launch a campaign. Shows the preflight; warnings need --yes.")
    needs = (CampaignAction.LAUNCH.permission,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign_id", type=int, metavar="ID")
        parser.add_argument("--yes", action="store_true", help=_("launch in spite of warnings"))
        parser.add_argument(
            "--wait", action="store_true", help=_("show the progress until nothing is left to send")
        )

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        campaign_id: int = options["campaign_id"]
        found = self._preflight(campaign_id)
        if found and found.warnings and not found.errors and not options["yes"]:
            raise CommandError(_("Nothing was sent. Add --yes to launch all the same."))
        try:
            launch(campaign_id, by=by, accept_warnings=options["yes"])
        except OperationRefused as error:
            raise CommandError("\n".join(error.sentences)) from error
        queued = self._launch_the_rest(campaign_id)
        self.stdout.write(
            ngettext(
                "Launched: %(people)s message to send.",
                "Launched: %(people)s messages to send.",
                queued,
            )
            % {"people": queued}
        )
        if options["wait"]:
            self._wait(campaign_id)

    def _preflight(self, campaign_id: int) -> Preflight | None:
        """Show what a launch would do; None where `launch` will say why it cannot be."""
        campaign = (
            Campaign.objects.select_related(
                "sender", "template__current", "template__in_use", "template_version"
            )
            .filter(pk=campaign_id, status__in=[CampaignStatus.DRAFT, CampaignStatus.SCHEDULED])
            .first()
        )
        if campaign is None:
            return None
        found = preflight(campaign)
        self.stdout.write(campaign.name)
        self.stdout.write(
            _("Recipients: %(people)s, in about %(duration)s.")
            % {"people": found.recipients, "duration": in_words(found.duration)}
        )
        if (total := estimated(campaign, found).total) is not None:
            self.stdout.write(_("Estimated cost: %(cost)s.") % {"cost": total.shown})
        for left_out in found.left_out:
            self.stdout.write(
                _("Left out: %(people)s (%(reason)s).")
                % {"people": left_out.count, "reason": left_out.reason}
            )
        for warning in found.warnings:
            self.stdout.write(_("Warning: %(sentence)s") % {"sentence": warning})
        return found

    def _launch_the_rest(self, campaign_id: int) -> int:
        """Do here what a worker would do with all but the first people; return how many wait."""
        try:
            campaign = watch_launch(campaign_id)
        except KeyboardInterrupt:
            raise CommandError(
                _("The launch goes on without you. To stop it: manage.py cancel_campaign %(id)s")
                % {"id": campaign_id},
                returncode=INTERRUPTED,
            ) from None
        if campaign.status in {CampaignStatus.DRAFT, CampaignStatus.CANCELLED}:
            raise CommandError(campaign.why)
        return campaign.recipients.filter(status=RecipientStatus.PENDING).count()

    def _wait(self, campaign_id: int) -> None:
        try:
            campaign = watch(campaign_id)
        except KeyboardInterrupt:
            raise CommandError(
                _("The campaign goes on without you. To stop it: manage.py pause_campaign %(id)s")
                % {"id": campaign_id},
                returncode=INTERRUPTED,
            ) from None
        if campaign.status != CampaignStatus.COMPLETED:
            raise CommandError(
                _("The campaign is %(status)s. %(reason)s")
                % {"status": campaign.get_status_display(), "reason": campaign.why}
            )
        counts = funnel([campaign_id])[campaign_id]
        self.stdout.write(
            _("Completed: %(sent)s sent, %(failed)s failed, %(skipped)s skipped.")
            % {"sent": counts.sent, "failed": counts.failed, "skipped": counts.skipped}
        )

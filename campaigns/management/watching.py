"""Following a campaign from a terminal until it no longer sends."""

from time import sleep

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from campaigns.launch.further_chunks import go_on
from campaigns.models import Campaign, Launch
from campaigns.states import CampaignStatus
from campaigns.tracking.funnel import funnel

EVERY_SECONDS = 0.5


def watch(campaign_id: int) -> Campaign:
    """Show a progress bar while the campaign is active; return it as it is then.

    A recipient counts when its outcome is known: sent, failed or skipped. The bar goes to the
    error stream, so that it does not mix with what a command prints.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(""),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("", total=None)
        while True:
            # The state first: what it counts afterwards is then at least as new as the state.
            campaign = Campaign.objects.get(pk=campaign_id)
            counts = funnel([campaign_id])[campaign_id]
            progress.update(
                bar,
                description=campaign.name,
                completed=counts.settled,
                total=counts.recipients,
            )
            if campaign.status != CampaignStatus.ACTIVE:
                return campaign
            sleep(EVERY_SECONDS)


def watch_launch(campaign_id: int) -> Campaign:
    """Go on with a campaign's launch, in this process, and show how far it is.

    Returns the campaign as it is when it is launched, or a draft again, or cancelled. While a
    worker has the launch, it is the worker's; here it is only watched.
    """
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=None)

        def look() -> Campaign:
            campaign = Campaign.objects.get(pk=campaign_id)
            expected = Launch.objects.filter(pk=campaign_id).values_list("job__total", flat=True)
            total, done = expected.first(), campaign.total_recipients
            progress.update(bar, description=campaign.name, completed=done, total=total)
            return campaign

        while (campaign := look()).status == CampaignStatus.LAUNCHING:
            if not go_on(campaign_id, after_chunk=look):
                sleep(EVERY_SECONDS)
        return campaign


class _RateColumn(TextColumn):
    """Recipients per second, as measured lately."""

    def render(self, task: Task) -> Text:
        return Text(_("%(rate).1f per second") % {"rate": task.speed or 0})

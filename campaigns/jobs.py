"""What the queue runs for campaigns. A job is a hint: the rows say what is to be done."""

import logging

from django.utils import timezone

from campaigns.changing import OperationRefused
from campaigns.models import Campaign
from campaigns.operations import complete_if_done, give_up_start, launch_on_time
from campaigns.sending import claims, polling, reconciliation, waking
from campaigns.sending.engine import run
from campaigns.sending.lanes import take_lane
from campaigns.states import CampaignStatus

logger = logging.getLogger(__name__)

# Well inside the queue's time limit for a job: what is in flight then still has to be settled.
RUN_SECONDS = 25


def send_campaign(campaign_id: int, *, queued: bool = False) -> str:
    """Send for one campaign for a while, and see to it that the rest gets its turn.

    Ends early when nothing can leave soon, or when others wait for a worker. `queued` is a job of
    campaigns.sending.waking: where two were queued for one turn, the second does nothing.
    """
    if not waking.begin(campaign_id) and queued:
        return "another job had its turn"
    lane = take_lane(campaign_id)
    if lane is None:
        return "not active, or another worker has it"
    campaign = Campaign.objects.select_related(
        "sender__account", "template__current", "template_version"
    ).get(pk=campaign_id)
    try:
        ran = run(campaign, seconds=RUN_SECONDS, lane=lane)
    finally:
        lane.leave()
    claims.skip_cancelled(campaign_id)
    claims.skip_ended(campaign_id)
    if complete_if_done(campaign_id):
        return f"{ran.accepted} accepted, completed"
    if waking.plan_run(campaign, not_before=ran.resume_at):
        return f"{ran.accepted} accepted, more to do"
    return f"{ran.accepted} accepted"


def start_due_campaigns() -> str:
    """Launch the scheduled campaigns whose hour has come, unless it passed too long ago."""
    due = Campaign.objects.due(timezone.now()).order_by("scheduled_at", "pk")
    started = sum(_start(pk) for pk in due.values_list("pk", flat=True))
    return f"{started} started"


def _start(campaign_id: int) -> bool:
    """Launch one campaign; whatever becomes of it, the others that are due get their turn."""
    try:
        launch_on_time(campaign_id)
    except OperationRefused as error:
        if give_up_start(campaign_id, reason=str(error)):
            logger.warning("Campaign %s could not start by itself", campaign_id)
        return False
    except Exception as error:
        # Without the error's text, which can carry a person's data. The next tick tries again.
        logger.error("The start of campaign %s failed with %s", campaign_id, type(error).__name__)
        return False
    return True


def expire_leases() -> str:
    """Put in doubt what dead workers left claimed."""
    return f"{claims.expire(timezone.now())} uncertain"


def reconcile_uncertain() -> str:
    """Ask the provider about what is in doubt, in every campaign."""
    return f"{reconciliation.reconcile()} asked"


def poll_statuses() -> str:
    """Ask the provider about sent messages whose callbacks stay away."""
    return f"{polling.poll()} asked"


def wake_campaigns() -> str:
    """Complete what is done, skip what was cancelled or ended, give a worker to what has none."""
    claims.skip_cancelled()
    claims.skip_ended()
    now = timezone.now()
    for pk in Campaign.objects.completable(now).values_list("pk", flat=True):
        complete_if_done(pk)
    idle = Campaign.objects.filter(status=CampaignStatus.ACTIVE).without_worker(now)
    return f"{sum(waking.plan_run(campaign) for campaign in idle)} woken"


def wake_due_campaigns() -> str:
    """Give a worker to the campaigns whose moment has come."""
    return f"{waking.wake_due()} woken"

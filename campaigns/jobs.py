"""What the queue runs for campaigns. A job is a hint: the rows say what is to be done."""

import logging
from datetime import timedelta

from django.utils import timezone
from django_q.tasks import async_task

from campaigns.models import Campaign
from campaigns.operations import (
    SEND_JOB,
    CannotChange,
    complete_if_done,
    give_up_start,
    launch_on_time,
)
from campaigns.sending import claims, polling, reconciliation
from campaigns.sending.engine import lane_seconds, run
from campaigns.sending.slots import WORTH_WAITING
from campaigns.states import CampaignStatus

logger = logging.getLogger(__name__)

# Well inside the queue's time limit for a job: what is in flight then still has to be settled.
RUN_SECONDS = 25


def send_campaign(campaign_id: int) -> str:
    """Send for one campaign for a while, then hand over to a successor if there is more."""
    if not claims.hold_lane(campaign_id, now=timezone.now(), seconds=lane_seconds()):
        return "not active, or another worker has it"
    campaign = Campaign.objects.select_related("sender", "template").get(pk=campaign_id)
    try:
        accepted = run(campaign, seconds=RUN_SECONDS)
    finally:
        claims.leave_lane(campaign_id)
    claims.skip_cancelled(campaign_id)
    claims.skip_ended(campaign_id)
    if complete_if_done(campaign_id):
        return f"{accepted} accepted, completed"
    if _has_work(campaign):
        async_task(SEND_JOB, campaign_id)
        return f"{accepted} accepted, more to do"
    return f"{accepted} accepted"


def start_due_campaigns() -> str:
    """Launch the scheduled campaigns whose hour has come, unless it passed too long ago."""
    started = 0
    for campaign in Campaign.objects.due(timezone.now()):
        try:
            launch_on_time(campaign.pk)
            started += 1
        except CannotChange as error:
            logger.warning("Campaign %s could not start by itself", campaign.pk)
            give_up_start(campaign.pk, reason=str(error))
    return f"{started} started"


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
    waiting = [campaign.pk for campaign in idle if _has_work(campaign)]
    for pk in waiting:
        async_task(SEND_JOB, pk)
    return f"{len(waiting)} woken"


def _has_work(campaign: Campaign) -> bool:
    """Whether something of the campaign is due now, or so soon that a worker should wait for it."""
    moment = reconciliation.next_moment(campaign.pk)
    patience = WORTH_WAITING if campaign.per_hour else timedelta()
    return moment is not None and moment <= timezone.now() + patience

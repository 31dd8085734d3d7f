"""When a worker sends for a campaign: now, by a job in the queue, or at a later moment.

No worker waits for that moment: a run ends when nothing can leave within about a second, and notes
in `Campaign.wake_at` when something can. The supervisors of workers look for campaigns whose moment
has come several times a second (settings.PROMPT_TASKS), and the tick once a minute.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from campaigns.models import Campaign
from campaigns.sending.reconciliation import next_moment
from campaigns.states import CampaignStatus

SEND_JOB = "campaigns.jobs.send_campaign"
# A run waits for what comes due within this time; for later moments it ends.
PATIENCE = timedelta(seconds=1.5)
# From a look at `wake_at` to the first claim it takes this long: the look, the queue, the start of
# the run. A campaign with a pace of its own is woken so much before its slot, which it would miss.
START = timedelta(seconds=0.75)
# A job that has not begun after this time may be lost with the worker that held it: another one is
# queued, and whichever comes second finds the campaign taken.
LOST_AFTER = timedelta(seconds=10)


@transaction.atomic
def queue_run(campaign_id: int) -> bool:
    """Queue a job that sends for the campaign; False when one is waiting in the queue already."""
    now = timezone.now()
    unqueued = Campaign.objects.filter(pk=campaign_id).not_queued(since=now - LOST_AFTER)
    if not unqueued.update(queued_at=now, wake_at=None):
        return False
    async_task(SEND_JOB, campaign_id)
    return True


def plan_run(campaign: Campaign, *, not_before: datetime | None = None) -> bool:
    """Have the campaign sent for when something of it is due; whether that is now.

    Now a job is queued, later the moment is noted. Nothing is noted when nothing comes due by
    itself. `not_before` is when the provider may be asked again, if it asked us to wait.
    """
    moment = next_moment(campaign.pk)
    if moment is not None:
        moment = max(moment, not_before or moment) - (START if campaign.per_hour else timedelta())
        if moment <= timezone.now():
            return queue_run(campaign.pk)
    Campaign.objects.filter(pk=campaign.pk).update(wake_at=moment)
    return False


def wake_due() -> int:
    """Queue a job for each campaign whose moment has come; return how many.

    Costs one look at a small index when there is none.
    """
    now = timezone.now()
    due = Campaign.objects.filter(status=CampaignStatus.ACTIVE, wake_at__lte=now)
    idle = due.without_worker(now).not_queued(since=now - LOST_AFTER)
    return sum(queue_run(pk) for pk in idle.order_by("wake_at").values_list("pk", flat=True))


def campaign_waits() -> bool:
    """Whether a campaign waits in the queue for a worker."""
    since = timezone.now() - LOST_AFTER
    waiting = Campaign.objects.filter(status=CampaignStatus.ACTIVE, queued_at__gte=since)
    return waiting.exists()

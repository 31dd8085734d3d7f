"""When a worker sends for a campaign: now, by a job in the queue, or at a later moment.

No worker waits for that moment: a run ends when nothing can leave within about a second, and notes
in `Campaign.wake_at` when something can. The supervisors of workers look for campaigns whose moment
has come several times a second (settings.PROMPT_TASKS), and the tick once a minute.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_q.models import OrmQ

from campaigns.models import Campaign
from campaigns.sending.reconciliation import next_moment
from campaigns.states import CampaignStatus
from waproject.tenants.jobs import enqueue
from waproject.tenants.scope import all_tenants, in_tenant

SEND_JOB = "campaigns.jobs.send_campaign"
# A run waits for what comes due within this time; for later moments it ends.
PATIENCE = timedelta(seconds=1.5)
# From a look at `wake_at` to the first claim it takes this long: the look, the queue, the start of
# the run. A campaign with a pace of its own is woken so much before its slot, which it would miss.
START = timedelta(seconds=0.75)
# A job that was taken from the queue so long ago and has not begun may be lost with its worker.
LOST_AFTER = timedelta(seconds=10)
# A job is in the queue a moment after `queued_at`.
_MOMENT = timedelta(seconds=1)


@transaction.atomic
def queue_run(campaign_id: int) -> bool:
    """Queue a job that sends for the campaign; False when one waits for a worker already."""
    now = timezone.now()
    rows = Campaign.objects.filter(pk=campaign_id)
    since = rows.values_list("queued_at", flat=True).get()
    if since is not None and not _may_be_lost(since, now):
        return False
    if not rows.filter(queued_at=since).update(queued_at=now, wake_at=None):
        return False
    # By name: a job of the long cluster, such as a launch, would put it into its own queue.
    options = {"cluster": settings.Q_CLUSTER["name"]}
    enqueue(SEND_JOB, campaign_id, queued=True, q_options=options)
    return True


def begin(campaign_id: int) -> bool:
    """Note that a queued job begins; False when another one has begun in its place."""
    queued = Campaign.objects.filter(pk=campaign_id, queued_at__isnull=False)
    return bool(queued.update(queued_at=None))


def _may_be_lost(since: datetime, now: datetime) -> bool:
    """Whether the job that was queued then is gone from the queue and has not begun for long.

    A waiting job's lock is the time from which it may be taken, that of a taken one lies ahead.
    Where jobs of that time still wait, the workers are merely busy.
    """
    if since > now - LOST_AFTER:
        return False
    waiting = OrmQ.objects.filter(key=settings.Q_CLUSTER["name"], lock__lte=since + _MOMENT)
    return not waiting.exists()


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
    """Queue a job for each campaign whose moment has come, or whose job is lost; return how many.

    Of all tenants, in the scope of all.

    Costs one look at two small indexes when there is none.
    """
    now = timezone.now()
    due = Q(wake_at__lte=now, queued_at__isnull=True) | Q(queued_at__lte=now - LOST_AFTER)
    idle = Campaign.objects.filter(due, status=CampaignStatus.ACTIVE).without_worker(now)
    found = idle.order_by("wake_at").values_list("tenant_id", "pk")
    return sum(_queue_run_of(tenant_id, pk) for tenant_id, pk in found)


def _queue_run_of(tenant_id: int, campaign_id: int) -> bool:
    with in_tenant(tenant_id):
        return queue_run(campaign_id)


def campaign_waits() -> bool:
    """Whether a campaign of any tenant waits in the queue for a worker."""
    with all_tenants():
        waiting = Campaign.objects.filter(status=CampaignStatus.ACTIVE, queued_at__isnull=False)
        return waiting.exists()

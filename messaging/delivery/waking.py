"""When a worker serves a sender: now, by a job in the queue, or at a later moment.

No worker waits for that moment: a run ends when nothing can leave within about a second, and notes
in `Lane.wake_at` when something can. The supervisors of workers look for senders whose moment has
come several times a second (settings.PROMPT_TASKS), and the tick once a minute.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django_q.models import OrmQ

from messaging.delivery.lanes import free_lanes
from messaging.delivery.models import DeliveryStream, Lane
from messaging.delivery.states import StreamState
from messaging.delivery.timing.moments import next_moment
from waproject.tenants.jobs import enqueue
from waproject.tenants.scope import all_tenants, in_tenant

SEND_JOB = "messaging.delivery.jobs.send_from"
# A run waits for what comes due within this time; for later moments it ends.
PATIENCE = timedelta(seconds=1.5)
# A job that was taken from the queue so long ago and has not begun may be lost with its worker.
LOST_AFTER = timedelta(seconds=10)
# A job is in the queue a moment after `queued_at`.
_MOMENT = timedelta(seconds=1)


@transaction.atomic
def ring(sender_id: int) -> bool:
    """Have a sender served now, as something of it is due; whether a job was queued for that.

    Where a worker has the sender, it comes by itself, or the next one does: it wakes by `wake_at`.
    """
    now = timezone.now()
    wake(sender_id, now)
    if free_lanes(now).filter(pk=sender_id).exists():
        return queue_run(sender_id)
    return False


def look_for_room(sender_id: int) -> None:
    """Have a sender that waits for room in its daily limit look anew.

    To be called in the transaction that changes what it may do a day: its limit, tier, quality,
    shares or plan. The new limit holds from the next claim on.
    """
    if Lane.objects.filter(pk=sender_id, room_at__isnull=False).update(room_at=None):
        ring(sender_id)


def wake(sender_id: int, moment: datetime) -> None:
    """Have a sender served at a moment, or before."""
    earliest = Least(Coalesce(F("wake_at"), Value(moment)), Value(moment))
    Lane.objects.filter(pk=sender_id).update(wake_at=earliest)


@transaction.atomic
def queue_run(sender_id: int) -> bool:
    """Queue a job that serves the sender; False when one waits for a worker already."""
    now = timezone.now()
    rows = Lane.objects.filter(pk=sender_id)
    since = rows.values_list("queued_at", flat=True).get()
    if since is not None and not _may_be_lost(since, now):
        return False
    if not rows.filter(queued_at=since).update(queued_at=now, wake_at=None):
        return False
    # By name: a job of the long cluster, such as a launch, would put it into its own queue.
    options = {"cluster": settings.Q_CLUSTER["name"]}
    enqueue(SEND_JOB, sender_id, queued=True, q_options=options)
    return True


def begin(sender_id: int) -> bool:
    """Note that a queued job begins; False when another one has begun in its place."""
    queued = Lane.objects.filter(pk=sender_id, queued_at__isnull=False)
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


def plan_run(sender_id: int, *, not_before: datetime | None = None) -> bool:
    """Have the sender served when something of it is due; whether that is now.

    Now a job is queued, later the moment is noted. Nothing is noted when nothing comes due by
    itself. `not_before` is when the provider may be asked again, if it asked us to wait.
    """
    moment = next_moment(sender_id)
    if moment is None:
        return False
    moment = max(moment, not_before or moment)
    if moment <= timezone.now():
        return queue_run(sender_id)
    wake(sender_id, moment)
    return False


def wake_due() -> int:
    """Queue a job for each sender whose moment has come, or whose job is lost; return how many.

    Of all tenants, in the scope of all.

    Costs one look at two small indexes when there is none.
    """
    now = timezone.now()
    due = Q(wake_at__lte=now, queued_at__isnull=True) | Q(queued_at__lte=now - LOST_AFTER)
    idle = free_lanes(now).filter(due).order_by("wake_at")
    found = idle.values_list("tenant_id", "pk")
    return sum(_queue_run_of(tenant_id, pk) for tenant_id, pk in found)


def _queue_run_of(tenant_id: int, sender_id: int) -> bool:
    with in_tenant(tenant_id):
        return queue_run(sender_id)


def plan_all() -> int:
    """Plan the run of every sender with an open stream and no worker; return how many are due."""
    streams = DeliveryStream.objects.filter(state=StreamState.OPEN)
    idle = free_lanes(timezone.now()).filter(pk__in=streams.values("sender"))
    return sum(plan_run(pk) for pk in idle.values_list("pk", flat=True))


def sender_waits() -> bool:
    """Whether a sender of any tenant waits in the queue for a worker."""
    with all_tenants():
        return Lane.objects.filter(queued_at__isnull=False).exists()

"""What the queue runs for deliveries. A job is a hint: the rows say what is to be done."""

import logging
from itertools import groupby
from operator import attrgetter

from django.utils import timezone

from messaging.delivery import queue, waking
from messaging.delivery.claiming import claims
from messaging.delivery.lanes import take_lane
from messaging.delivery.sending.runner import run
from messaging.delivery.settling import polling, reconciliation
from messaging.delivery.sources import source_of
from messaging.delivery.timing import moments
from messaging.models import Conversation, Message, Sender
from messaging.providers.base import NotConfigured
from waproject.core.db.bulk_insert import refresh_outgrown_statistics

logger = logging.getLogger(__name__)

# Well inside the queue's time limit for a job: what is in flight then still has to be settled.
RUN_SECONDS = 25


def send_from(sender_id: int, *, queued: bool = False) -> str:
    """Send what is due from one sender for a while, and see to it that the rest gets its turn.

    Ends early when nothing can leave soon, or when others wait for a worker. `queued` is a job of
    messaging.delivery.waking: where two were queued for one turn, the second does nothing.
    """
    if not waking.begin(sender_id) and queued:
        return "another job had its turn"
    hold = take_lane(sender_id)
    if hold is None:
        return "another worker has it"
    try:
        ran = run(
            Sender.objects.select_related("account").get(pk=sender_id),
            seconds=RUN_SECONDS,
            hold=hold,
        )
    except NotConfigured as error:
        # The tick gives the sender a worker again: in a minute somebody may have mended it.
        logger.error("Sender %s cannot send: %s", sender_id, error)
        return "no account to send with"
    finally:
        hold.leave()
    refresh_outgrown_statistics(Conversation, Message)
    tell_drained(sender_id)
    if waking.plan_run(sender_id, not_before=ran.resume_at):
        return f"{ran.accepted} accepted, more to do"
    return f"{ran.accepted} accepted"


def tell_drained(sender_id: int) -> None:
    """Tell the sources of a sender's streams that have nothing left."""
    idle = sorted(moments.streams_without_work(sender_id), key=attrgetter("kind"))
    for kind, several in groupby(idle, key=attrgetter("kind")):
        if drained := source_of(kind).drained:
            drained([one.source_id for one in several])


def expire_leases() -> str:
    """Put in doubt what dead workers left claimed."""
    return f"{claims.expire(timezone.now())} uncertain"


def reconcile_uncertain() -> str:
    """Ask the provider about what is in doubt, of every sender."""
    return f"{reconciliation.reconcile()} asked"


def poll_statuses() -> str:
    """Ask the provider about sent messages whose callbacks stay away."""
    return f"{polling.poll()} asked"


def wake_senders() -> str:
    """Skip what was cancelled or ended, and give a worker to every sender that has none."""
    skipped = queue.skip_ended()
    return f"{skipped} skipped, {waking.plan_all()} woken"


def wake_due_senders() -> str:
    """Give a worker to the senders whose moment has come."""
    return f"{waking.wake_due()} woken"

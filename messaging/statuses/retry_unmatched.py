"""Stored reports whose message has appeared since: applied by the tick."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from messaging.models import KeptStatus
from messaging.statuses.apply import apply_if_known
from messaging.statuses.unmatched import report_of
from waproject.core.db.retry import persistently

# One tick's share of kept statuses: far more than ever wait, and seconds of work at most.
BATCH = 1_000


def apply_kept_statuses(now: datetime | None = None) -> int:
    """Apply the kept statuses whose message has appeared; return how many those were.

    Each in a transaction of its own. What is still unknown is tried again after as long as it
    has waited already, so that reports of messages that are not ours cost next to nothing. The
    business's retention deletes them (messaging.privacy.retention).
    """
    now = now or timezone.now()
    due = KeptStatus.objects.due(now).values_list("pk", flat=True)[:BATCH]
    return sum(_apply_kept(pk, now) for pk in list(due))


@persistently
@transaction.atomic
def _apply_kept(pk: int, now: datetime) -> bool:
    kept = KeptStatus.objects.filter(pk=pk).first()
    if kept is None:  # another worker was faster
        return False
    if not apply_if_known(report_of(kept)):
        kept.postpone(now)
        return False
    kept.delete()
    return True

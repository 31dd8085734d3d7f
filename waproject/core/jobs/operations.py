"""Starting, running, cancelling and forgetting jobs.

A worker may be killed at any moment. Whatever it wrote by then stands, and `resume_abandoned` has
another worker go on or begin anew.
"""

import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from waproject.core.jobs.kinds import CannotDo, Kind, NotYet, Result, kind_of
from waproject.core.jobs.models import OPEN, Job, JobQuerySet, JobState
from waproject.core.jobs.running import LEASE, LostHoldError, Run
from waproject.tenants.jobs import enqueue

logger = logging.getLogger(__name__)

TASK = "waproject.core.jobs.tasks.run_job"
# How long a queued job may wait for a worker before another task is queued for it.
PATIENCE = timedelta(minutes=10)
# How long a job stays on its page that left nothing else behind.
A_DAY = timedelta(days=1)
# A job that has stopped so often without getting on is not going to end by itself.
MOST_STALLS = 5


def start(kind: Kind, *, title: str, by: Any = None, **fields: Any) -> Job:
    """Make a job and queue it for the long cluster, in one transaction.

    `by` is its owner, None for the system. Reasons and files will be in the language that is
    active now. `fields` are other columns of Job: parameters, file_name, total.
    """
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind.name,
            title=title[-255:],
            owner=by,
            language=translation.get_language() or "",
            lease_expires_at=timezone.now() + PATIENCE,
            **fields,
        )
        _enqueue(job.pk)
    return job


def run(
    job_id: int,
    *,
    seconds: float = math.inf,
    after_step: Callable[[], object] = lambda: None,
    take_over: bool = False,
) -> bool:
    """Work at a job until it ends or for about so many seconds; what is left is queued again.

    False when it has ended already or another worker has it; `take_over` takes it from that one.
    What cannot be done ends the job as failed, with a sentence. Any other error gives the job
    back, for `resume_abandoned`, and is raised.
    """
    job = _claim(job_id, take_over=take_over)
    if job is None:
        return False
    kind = kind_of(job)
    held = Run(job, goes_on=kind.goes_on, seconds=seconds, after_step=after_step)
    with translation.override(job.language or settings.LANGUAGE_CODE):
        try:
            _work(kind, held)
        except NotYet:
            _queue_again(held.held(), job.pk)
        except LostHoldError:
            logger.info("Job %d ended elsewhere, or goes on in another worker", job.pk)
            job.delete_files(keep=_stored_as(job))
            return False
        except BaseException:
            held.held().update(lease_expires_at=timezone.now())
            raise
    return True


def cancel(job_id: int) -> bool:
    """End a job as it is; False when it has ended already.

    A worker that is at it writes nothing more once this is committed. What was written stays.
    """
    with transaction.atomic():
        rows = Job.objects.filter(pk=job_id).open()
        job = rows.select_for_update().first()
        if job is None or not _end(kind_of(job), job, rows, JobState.CANCELLED):
            return False
        transaction.on_commit(job.delete_files)
    return True


def resume_abandoned(now: datetime) -> int:
    """Queue again the jobs that no worker holds any more; return how many."""
    abandoned = Job.objects.abandoned(now)
    ids = list(abandoned.values_list("pk", flat=True))
    return sum(_queue_again(abandoned.filter(pk=pk), pk) for pk in ids)


def forget(now: datetime) -> int:
    """Delete the jobs that are kept no longer, with their files; return how many."""
    forgotten = list(Job.objects.to_forget(now))
    for job in forgotten:
        delete(job)
    return len(forgotten)


def delete(job: Job) -> None:
    """Delete a job that has ended, with the files that it made."""
    job.delete_files()
    Job.objects.filter(pk=job.pk).exclude(state__in=OPEN).delete()


def _enqueue(job_id: int) -> None:
    enqueue(TASK, job_id, q_options={"cluster": "long"})


@transaction.atomic
def _queue_again(job: JobQuerySet, job_id: int) -> int:
    """Give up the hold of a job and queue it; 0 when the query finds it no more."""
    until = timezone.now() + PATIENCE
    given = job.update(state=JobState.WAITING, lease_expires_at=until)
    if given:
        _enqueue(job_id)
    return given


def _claim(job_id: int, *, take_over: bool) -> Job | None:
    """The job, held by a new attempt; None when another worker has it or it has ended."""
    now = timezone.now()
    free = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_expires_at__lte=now)
    rows = Job.objects.open() if take_over else Job.objects.filter(free)
    claimed = rows.filter(pk=job_id).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        stalls=F("stalls") + 1,
        started_at=Coalesce("started_at", now),
        lease_expires_at=now + LEASE,
    )
    return Job.objects.select_related("owner").get(pk=job_id) if claimed else None


def _work(kind: Kind, held: Run) -> None:
    """Do the work, or as much of it as a turn allows, and end the job when it is done."""
    try:
        result = _attempt(kind, held) or {}
    except CannotDo as refusal:
        _finish(kind, held, JobState.FAILED, error=str(refusal))
    else:
        _finish(kind, held, JobState.COMPLETED, result=result)


def _attempt(kind: Kind, held: Run) -> Result:
    job = held.job
    if kind.is_private and (job.owner is None or kind.lacks(job, job.owner)):
        raise CannotDo(_("Your account may not do this any more."))
    if job.stalls <= MOST_STALLS:
        return kind(held)
    if kind.on_stalled is not None:
        return kind.on_stalled(held)
    raise CannotDo(_("It stopped %(times)d times before its end.") % {"times": MOST_STALLS})


def _finish(kind: Kind, held: Run, state: JobState, **changes: Any) -> None:
    with transaction.atomic():
        if not _end(kind, held.job, held.held(), state, **changes):
            raise LostHoldError
    held.job.delete_files(keep=_stored_as(held.job))


def _end(kind: Kind, job: Job, rows: JobQuerySet, state: JobState, **changes: Any) -> bool:
    now = timezone.now()
    length = kind.kept_for() if kind.kept_for else None
    until = None if length is None else now + length
    ending = {"state": state, "finished_at": now, "expires_at": until, "lease_expires_at": None}
    if not rows.update(**ending, **changes):
        return False
    kind.on_end(job)
    return True


def _stored_as(job: Job) -> str:
    """Where the file of a job is that is open or completed; empty when there is none."""
    rows = Job.objects.filter(pk=job.pk, state__in=[*OPEN, JobState.COMPLETED])
    return rows.values_list("stored_as", flat=True).first() or ""

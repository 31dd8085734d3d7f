"""A file written by the background worker, which may be killed at any moment and begins anew.

A job belongs to the worker that holds its lease. Each attempt has a number and a file of its own;
only the attempt that still holds the lease at its end makes its file the job's.
"""

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from contacts.exports.models import ExportJob, ExportStatus
from contacts.exports.sources import CannotExport, source_of
from waproject.accounts.models import User

JOB = "contacts.jobs.run_export"
# A list of more objects is written by the background worker: a request would take too long.
AT_ONCE = 5_000
# How long a worker may be silent, and how long a queued job may wait, before another may try.
LEASE = timedelta(minutes=2)
QUEUE_PATIENCE = timedelta(minutes=10)
MAX_ATTEMPTS = 5


class LeaseLostError(Exception):
    """Another worker has taken this export over."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants as a file: see ExportJob."""

    source: str
    name: str
    file_name: str
    query: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def start_export(wish: Wish, by: User) -> ExportJob:
    """Queue an export for the long worker. The file will be in the language that is active now."""
    with transaction.atomic():
        job = ExportJob.objects.create(
            owner=by,
            source=wish.source,
            name=wish.name,
            query=wish.query,
            file_name=wish.file_name,
            options={**wish.options, "language": translation.get_language()},
            lease_expires_at=timezone.now() + QUEUE_PATIENCE,
        )
        _enqueue(job.pk)
    return job


def run_export(job_id: int) -> bool:
    """Write an export's file; False when another worker has it or it has ended already.

    What cannot be exported ends the job as failed, with a sentence. Any other error gives the job
    back, to be begun anew by `resume_stale_exports`, and is raised.
    """
    job = _claim(job_id)
    if job is None:
        return False
    with translation.override(job.options.get("language")):
        try:
            _write_or_refuse(job)
        except LeaseLostError:
            default_storage.delete(job.place(job.attempts))
            return False
        except Exception:
            _held(job).update(lease_expires_at=timezone.now())
            raise
    return True


def resume_stale_exports(now: datetime) -> int:
    """Queue again the exports that no worker holds any more; return how many."""
    stale = ExportJob.objects.unfinished().filter(lease_expires_at__lte=now)
    resumed = 0
    for pk in list(stale.values_list("pk", flat=True)):
        with transaction.atomic():
            waiting = {"status": ExportStatus.PENDING, "lease_expires_at": now + QUEUE_PATIENCE}
            if stale.filter(pk=pk).update(**waiting):
                _enqueue(pk)
                resumed += 1
    return resumed


def forget_exports(now: datetime) -> int:
    """Delete the exports whose time is over, with their files; return how many."""
    forgotten = list(ExportJob.objects.to_forget(now))
    for job in forgotten:
        job.delete_files()
        job.delete()
    return len(forgotten)


def _enqueue(job_id: int) -> None:
    async_task(JOB, job_id, q_options={"cluster": "long"})


def _claim(job_id: int) -> ExportJob | None:
    now = timezone.now()
    free = Q(status=ExportStatus.PENDING) | Q(
        status=ExportStatus.RUNNING, lease_expires_at__lte=now
    )
    claimed = ExportJob.objects.filter(free, pk=job_id).update(
        status=ExportStatus.RUNNING,
        attempts=F("attempts") + 1,
        rows_done=0,
        lease_expires_at=now + LEASE,
    )
    return ExportJob.objects.select_related("owner").get(pk=job_id) if claimed else None


def _held(job: ExportJob) -> Any:
    """The job's row, if this worker still holds it: every claim counts one attempt more."""
    return ExportJob.objects.filter(pk=job.pk, status=ExportStatus.RUNNING, attempts=job.attempts)


def _write_or_refuse(job: ExportJob) -> None:
    try:
        _write(job)
    except CannotExport as refusal:
        _finish(job, ExportStatus.FAILED, error=str(refusal))


def _write(job: ExportJob) -> None:
    if job.attempts > MAX_ATTEMPTS:
        raise CannotExport(_("The export stopped %(times)d times.") % {"times": MAX_ATTEMPTS})
    source = source_of(job)
    if job.owner is None or source.missing(job, job.owner):
        raise CannotExport(_("Your account may not export this any more."))
    with tempfile.TemporaryFile() as file:
        source.write(job, cast(BinaryIO, file), lambda done, total: _note(job, done, total))
        file.seek(0)
        stored_as = default_storage.save(job.place(job.attempts), File(file))
    _finish(job, ExportStatus.COMPLETED, stored_as=stored_as)
    for attempt in range(1, job.attempts):
        default_storage.delete(job.place(attempt))


def _note(job: ExportJob, done: int, total: int) -> None:
    """Say how far the file is and renew the lease. Raises LeaseLostError when it is lost."""
    lease = timezone.now() + LEASE
    if not _held(job).update(rows_done=done, rows_total=total, lease_expires_at=lease):
        raise LeaseLostError


def _finish(job: ExportJob, status: ExportStatus, **changes: Any) -> None:
    now = timezone.now()
    kept = timedelta(days=settings.EXPORT_FILES_DAYS)
    ended = _held(job).update(
        status=status, finished_at=now, expires_at=now + kept, lease_expires_at=None, **changes
    )
    if not ended:
        raise LeaseLostError

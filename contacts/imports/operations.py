"""A stored file as a background job that may be killed at any moment and goes on where it was.

A job belongs to the worker that holds its lease. Each chunk is one transaction that writes the
rows, moves the job's counts and renews the lease, all of it only while the lease is still ours: a
worker that lost it, because it slept too long, writes nothing more.
"""

import logging
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from contacts.imports.bulk import ContactImport, RowOutcome, chunks_of
from contacts.imports.columns import ColumnsError, recognise_columns
from contacts.imports.process import open_table
from contacts.imports.records import Row, Table, TableError
from contacts.imports.rejections import Rejected, write_rejections
from contacts.models import Contact, ImportJob, ImportRejection, ImportRemark, ImportStatus, Vehicle
from waproject.accounts.models import User
from waproject.core.db.bulk_insert import refresh_statistics

logger = logging.getLogger(__name__)

JOB = "contacts.jobs.run_import"
# How long a worker may be silent, and how long a queued job may wait, before another may try.
LEASE = timedelta(minutes=2)
QUEUE_PATIENCE = timedelta(minutes=10)
# An import that has stopped this often is not going to end by itself.
MAX_ATTEMPTS = 5
REPEATED_LINES_KEPT = 500


class LeaseLostError(Exception):
    """Another worker has taken this import over."""


def start_import(
    file: File, name: str, options: dict[str, Any], by: User | None = None
) -> ImportJob:
    """Store a file called `name` and queue its import for the long worker.

    `options` may hold `region` (country of phones without a country code) and `keep_unknown`
    (unknown columns go to the contacts' further fields). Reasons will be told in the language
    that is active now.
    """
    job = ImportJob(
        original_name=name[-255:],
        options={**options, "language": translation.get_language()},
        created_by=by,
        lease_expires_at=timezone.now() + QUEUE_PATIENCE,
    )
    job.file.save(uuid4().hex, file, save=False)
    try:
        with transaction.atomic():
            job.save()
            _enqueue(job.pk)
    except Exception:
        job.file.delete(save=False)
        raise
    return job


def run_import(job_id: int) -> bool:
    """Run an import to its end; False when another worker has it or it has ended already.

    A file that cannot be read ends the job as failed, with a sentence. Any other error gives the
    job back to be tried again by `resume_stale_imports`, and is raised.
    """
    job = _claim(job_id)
    if job is None:
        return False
    with translation.override(job.options.get("language")):
        try:
            if job.attempts > MAX_ATTEMPTS:
                _fail(job, _("The import stopped %(times)d times.") % {"times": MAX_ATTEMPTS})
            else:
                _run(job)
        except (TableError, ColumnsError) as error:
            _fail(job, str(error))
        except LeaseLostError:
            logger.warning("Import %s goes on in another worker", job.pk)
            return False
        except Exception:
            _held(job).update(lease_expires_at=timezone.now())
            raise
    return True


def resume_stale_imports(now: datetime) -> int:
    """Queue again the imports that no worker holds any more; return how many."""
    stale = ImportJob.objects.unfinished().filter(lease_expires_at__lte=now)
    resumed = 0
    for pk in stale.values_list("pk", flat=True):
        with transaction.atomic():
            waiting = {"status": ImportStatus.PENDING, "lease_expires_at": now + QUEUE_PATIENCE}
            if stale.filter(pk=pk).update(**waiting):
                _enqueue(pk)
                resumed += 1
    return resumed


def files_go_at(finished: datetime) -> datetime:
    """When the files of an import that ended at `finished` are deleted."""
    return finished + timedelta(days=settings.IMPORT_FILES_DAYS)


def forget_import_files(now: datetime) -> int:
    """Delete the files of imports that ended long ago; return of how many. Their counts stay."""
    forgotten = 0
    before = now - timedelta(days=settings.IMPORT_FILES_DAYS)
    for job in ImportJob.objects.files_to_forget(before):
        for file in job.stored_files():
            file.delete(save=False)
        # Last: a process that dies before it finds the names again.
        ImportJob.objects.filter(pk=job.pk).update(file="", rejected_file="", remarks_file="")
        forgotten += 1
    return forgotten


def _enqueue(job_id: int) -> None:
    async_task(JOB, job_id, q_options={"cluster": "long"})


def _claim(job_id: int) -> ImportJob | None:
    now = timezone.now()
    free = Q(status=ImportStatus.PENDING) | Q(
        status=ImportStatus.RUNNING, lease_expires_at__lte=now
    )
    claimed = ImportJob.objects.filter(free, pk=job_id).update(
        status=ImportStatus.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
        lease_expires_at=now + LEASE,
    )
    return ImportJob.objects.get(pk=job_id) if claimed else None


def _held(job: ImportJob) -> Any:
    """The job's row, if this worker still holds it: every claim counts one attempt more."""
    return ImportJob.objects.filter(pk=job.pk, status=ImportStatus.RUNNING, attempts=job.attempts)


def _keep(job: ImportJob, **changes: Any) -> None:
    """Change the job and renew its lease. Raises LeaseLostError when it is held no more."""
    lease = timezone.now() + LEASE
    if not _held(job).update(lease_expires_at=lease, **changes):
        raise LeaseLostError
    job.lease_expires_at = lease


def _run(job: ImportJob) -> None:
    # Reading all of it first shows what is wrong with the file before a row is written.
    counted = job.rows_total is None
    with (
        job.file.open("rb") as stored,
        open_table(cast(BinaryIO, stored), counted=counted, alive=partial(_stay, job)) as table,
    ):
        if counted:
            job.rows_total = table.total
            _keep(job, rows_total=job.rows_total)
        _take(job, table)
    refresh_statistics(Contact, Vehicle)
    _complete(job, table.header)


def _take(job: ImportJob, table: Table) -> None:
    columns = recognise_columns(table.header)
    engine = ContactImport(
        columns,
        region=job.options.get("region") or None,
        keep_unknown=bool(job.options.get("keep_unknown")),
    )
    if not job.options.get("keep_unknown"):
        job.ignored_columns = columns.unknown_names
    for rows in chunks_of(islice(table.rows, job.rows_done)):
        _stay(job)
        engine.remember(rows)
    for rows in chunks_of(table.rows):
        engine.take(rows, record=partial(_record, job, rows))


def _stay(job: ImportJob) -> None:
    """Renew the lease when half of it is over."""
    if job.lease_expires_at and timezone.now() > job.lease_expires_at - LEASE / 2:
        _keep(job)


def _record(job: ImportJob, rows: list[Row], outcomes: list[RowOutcome]) -> None:
    """Count a chunk, in the transaction that writes it."""
    counts = Counter(outcome.outcome.value for outcome in outcomes)
    repeated = [[row.line, row.first_line] for row in outcomes if row.first_line]
    room = REPEATED_LINES_KEPT - len(job.repeated_lines)
    job.repeated_lines += repeated[:room]
    read = list(zip(rows, outcomes, strict=True))
    remarks = [
        ImportRemark(job=job, line=row.line, reason=outcome.remarks, cells=row.cells)
        for row, outcome in read
        if outcome.row and outcome.remarks
    ]
    _keep(
        job,
        rows_done=F("rows_done") + len(rows),
        repeated_count=F("repeated_count") + len(repeated),
        repeated_lines=job.repeated_lines,
        ignored_columns=job.ignored_columns,
        remarked_count=F("remarked_count") + len(remarks),
        **{f"{name}_count": F(f"{name}_count") + count for name, count in counts.items()},
    )
    ImportRemark.objects.bulk_create(remarks)
    ImportRejection.objects.bulk_create(
        ImportRejection(job=job, line=row.line, reason=outcome.reason, cells=row.cells)
        for row, outcome in read
        if not outcome.was_taken
    )


def _complete(job: ImportJob, header: list[str]) -> None:
    _write_file(job.rejected_file, job.rejections, header)
    _write_file(job.remarks_file, job.remarks, header)
    _finish(
        job,
        ImportStatus.COMPLETED,
        rejected_file=job.rejected_file.name,
        remarks_file=job.remarks_file.name,
    )


def _write_file(target: FieldFile, kept: Any, header: list[str]) -> None:
    """Write the kept rows with their reasons as a CSV, if there are any."""
    if not kept.exists():
        return
    # Where the comma is the decimal sign, Excel expects semicolons between cells.
    delimiter = ";" if get_format("DECIMAL_SEPARATOR") == "," else ","
    lines = kept.order_by("line", "pk").values_list("line", "reason", "cells").iterator()
    with tempfile.TemporaryFile() as file:
        text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
        write_rejections(text, header, (Rejected(*line) for line in lines), delimiter)
        text.flush()
        target.save(f"{uuid4().hex}.csv", File(file), save=False)


def _fail(job: ImportJob, error: str) -> None:
    _finish(job, ImportStatus.FAILED, error=error)


def _finish(job: ImportJob, status: ImportStatus, **changes: Any) -> None:
    with transaction.atomic():
        now = timezone.now()
        ended = _held(job).update(status=status, finished_at=now, lease_expires_at=None, **changes)
        if not ended:
            raise LeaseLostError
        job.rejections.all().delete()
        job.remarks.all().delete()

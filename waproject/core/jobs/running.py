"""One worker's hold of a job. Everything it writes, it writes while it holds the job."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from waproject.core.jobs.kinds import NotYet
from waproject.core.jobs.models import Job, JobQuerySet, JobState

# How long a worker may be silent before another may try.
LEASE = timedelta(minutes=2)


class LostHoldError(Exception):
    """The job was cancelled or deleted, or another worker has it."""


class Run:
    """An attempt at a job, which has a turn of some seconds.

    `after_step` is called between two steps of the work, for those who watch.
    """

    def __init__(
        self, job: Job, *, goes_on: bool, seconds: float, after_step: Callable[[], object]
    ) -> None:
        self.job = job
        self._goes_on = goes_on
        self._turn_ends = time.monotonic() + seconds
        self._after_step = after_step

    def held(self) -> JobQuerySet:
        """The job's row, while it is ours: every attempt counts one more."""
        return Job.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts
        )

    def keep(self, **changes: Any) -> None:
        """Change the job and renew its lease. Raises LostHoldError when it is ours no more.

        Within a transaction it also keeps others from taking the job before the end of it.
        """
        lease = timezone.now() + LEASE
        if not self.held().update(lease_expires_at=lease, **changes):
            raise LostHoldError
        self.job.lease_expires_at = lease

    def stay(self) -> None:
        """Renew the lease when half of it is over: for steps that write nothing."""
        expires = self.job.lease_expires_at
        if expires and timezone.now() > expires - LEASE / 2:
            self.keep()

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work is, in the transaction that writes it. Raises LostHoldError."""
        got_on = {"stalls": 0} if self._goes_on else {}
        self.keep(done=done, total=Coalesce(total, F("total")), **got_on)
        self.job.done = done

    def between_steps(self) -> None:
        """To be called after a step's transaction. Raises NotYet when this turn is over."""
        self._after_step()
        if time.monotonic() > self._turn_ends:
            raise NotYet

    def store(self, file: File) -> str:
        """Store this attempt's file, under its own name; returns where."""
        place = default_storage.save(self.job.place(self.job.attempts), file)
        self.keep(stored_as=place)
        return place

"""A piece of long work, of whatever kind."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

# Where the private storage keeps the files that jobs make.
FOLDER = "jobs"


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    COMPLETED = "completed", pgettext_lazy("job", "completed")
    FAILED = "failed", pgettext_lazy("job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")


OPEN = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> "JobQuerySet":
        """Jobs that have not ended."""
        return self.filter(state__in=OPEN)

    def abandoned(self, now: datetime) -> "JobQuerySet":
        """Jobs that no worker works on, and for which no task of the queue is known to wait."""
        return self.open().filter(lease_expires_at__lte=now)

    def to_forget(self, now: datetime) -> "JobQuerySet":
        """Jobs that ended, and whose time is over."""
        return self.exclude(state__in=OPEN).filter(expires_at__lte=now)


def _nothing() -> dict[str, Any]:
    return {}


class Job(TenantModel):
    """What somebody asked for, how far it is, and what became of it.

    `kind` is a name of settings.JOB_KINDS; `parameters` are what its function needs. The job
    belongs to the worker that counted its last attempt, until the lease ends. What the work writes
    moves `done` in the same transaction, so that a killed job neither loses nor repeats it.
    """

    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("what"), max_length=255)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    # In which reasons and files are written: that of who asked.
    language = models.CharField(max_length=10, blank=True)
    parameters = models.JSONField(_("parameters"), default=_nothing, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("in all"), null=True, blank=True)
    result = models.JSONField(_("result"), default=_nothing, blank=True)
    error = models.TextField(_("error"), blank=True)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    stored_as = models.CharField(_("stored as"), max_length=100, blank=True)
    # How often a worker took it up, in all and since it last got on.
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    stalls = models.PositiveSmallIntegerField(default=0)
    # A worker has it until then; or it waits for one, and is queued again at that time.
    lease_expires_at = models.DateTimeField(_("held by a worker until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(JobQuerySet)()

    class Meta:
        db_table = "jobs"
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        ordering = ["-id"]
        default_permissions = ()  # each kind says who may see its jobs
        indexes = [
            models.Index(fields=["owner", "-id"], name="jobs_of_an_owner"),
            models.Index(
                fields=["lease_expires_at"], name="jobs_open", condition=Q(state__in=OPEN)
            ),
            models.Index(fields=["expires_at"], name="jobs_to_forget"),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_state_is_known", condition=Q(state__in=JobState.values)
            ),
            models.CheckConstraint(
                name="job_has_an_end_exactly_when_it_ended",
                condition=Q(state__in=OPEN, finished_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_ended(self) -> bool:
        return self.state not in OPEN

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100; 100 only when it is completed."""
        if self.state == JobState.COMPLETED:
            return 100
        return min(100 * self.done // self.total, 99) if self.total else 0

    def place(self, attempt: int) -> str:
        """Where an attempt stores its file. Each has a place of its own."""
        ending = self.file_name.rpartition(".")[2]
        return f"{FOLDER}/{self.pk}-{attempt}.{ending}"

    def delete_files(self, *, keep: str = "") -> None:
        """Delete what attempts may have left in the storage, but the place `keep`."""
        if not self.file_name:
            return
        for place in map(self.place, range(1, self.attempts + 1)):
            if place != keep:
                default_storage.delete(place)

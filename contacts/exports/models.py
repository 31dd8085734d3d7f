"""An export that runs in the background."""

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

# Where the private storage keeps the files.
FOLDER = "exports"


class ExportStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("export", "waiting")
    RUNNING = "running", pgettext_lazy("export", "being written")
    COMPLETED = "completed", pgettext_lazy("export", "ready")
    FAILED = "failed", pgettext_lazy("export", "failed")


class ExportJobQuerySet(models.QuerySet["ExportJob"]):
    def unfinished(self) -> "ExportJobQuerySet":
        return self.filter(status__in=[ExportStatus.PENDING, ExportStatus.RUNNING])

    def to_forget(self, now: datetime) -> "ExportJobQuerySet":
        """Exports that have ended, and whose time is over."""
        return self.exclude(pk__in=self.unfinished()).filter(expires_at__lte=now)


def _options() -> dict[str, Any]:
    return {}


class ExportJob(TenantModel):
    """What somebody asked for as a file, and the file once it is written.

    `source` and `name` say what is exported (settings.EXPORT_SOURCES), `query` narrows it as in
    the address of its page. Only the owner may fetch the file. It is gone after `expires_at`.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    source = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("what"), max_length=100)
    query = models.TextField(_("filters"), blank=True)
    options = models.JSONField(_("options"), default=_options, blank=True)
    file_name = models.CharField(_("file name"), max_length=255)
    status = models.CharField(
        _("status"), max_length=10, choices=ExportStatus, default=ExportStatus.PENDING
    )
    rows_total = models.PositiveIntegerField(_("rows in all"), null=True, blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    stored_as = models.CharField(_("stored as"), max_length=100, blank=True)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_expires_at = models.DateTimeField(_("held by a worker until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(ExportJobQuerySet)()

    class Meta:
        db_table = "export_jobs"
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-id"]
        default_permissions = ()  # everyone sees their own, and nobody those of others
        indexes = [models.Index(fields=["status"]), models.Index(fields=["owner"])]
        constraints = [
            models.CheckConstraint(
                name="export_status_is_known", condition=Q(status__in=ExportStatus.values)
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def form(self) -> str:
        """How the file is written: csv, xlsx or json."""
        return self.file_name.rpartition(".")[2]

    def place(self, attempt: int) -> str:
        """Where an attempt stores its file. Each has a place of its own."""
        return f"{FOLDER}/{self.pk}-{attempt}.{self.form}"

    def delete_files(self) -> None:
        """Delete what every attempt may have left in the storage."""
        for attempt in range(1, self.attempts + 1):
            default_storage.delete(self.place(attempt))

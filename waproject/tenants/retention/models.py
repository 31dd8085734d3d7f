"""For how long a business chose to keep what, and the runs that took away what was older."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from waproject.core.jobs.models import Job
from waproject.tenants.models import TenantModel


class ChosenPeriod(TenantModel):
    """That the business keeps one kind of data for so many days; 0: for ever.

    `name` is that of a Period. Where there is no row, the period's default holds.
    """

    name = models.CharField(_("kind of data"), max_length=40)
    days = models.PositiveIntegerField(_("days"))

    class Meta:
        db_table = "retention_periods"
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_period_per_kind", fields=["tenant", "name"])
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.days}"


def _nothing() -> dict[str, Any]:
    return {}


class RetentionRun(TenantModel):
    """One walk through all sweeps. `sweep` and `after` say where it is: the last id that it took.

    What was taken away is counted by the sweeps' names, in the transaction that took it.
    """

    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    sweep = models.CharField(max_length=40, blank=True)
    after = models.BigIntegerField(default=0)
    removed = models.JSONField(_("taken away"), default=_nothing)

    class Meta:
        db_table = "retention_runs"
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        default_permissions = ()
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["tenant", "-started_at"], name="retention_latest_run")]
        constraints = [
            models.UniqueConstraint(
                name="one_open_retention_run", fields=["tenant"], condition=Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"

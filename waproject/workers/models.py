"""The worker clusters that supervisors keep alive, as they last reported."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cluster(models.Model):
    """One worker cluster under a supervisor, of which each machine may run several.

    Written by its supervisor alone (waproject.workers.clusters.reporting), every few seconds;
    removed when the supervisor ends in good order.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(
        _("queue"), max_length=40, help_text=_("The name of the queue whose jobs it runs.")
    )
    host = models.CharField(_("machine"), max_length=255)
    started_at = models.DateTimeField(_("supervisor started at"))
    seen_at = models.DateTimeField(_("last report of the supervisor"))
    heard_at = models.DateTimeField(
        _("last heartbeat"),
        null=True,
        help_text=_("When a job last went through the queue, a worker and the book of results."),
    )
    busy = models.BooleanField(_("at work"), default=False)
    restarts = models.PositiveIntegerField(_("restarts"), default=0)

    class Meta:
        db_table = "worker_clusters"
        verbose_name = _("worker cluster")
        verbose_name_plural = _("worker clusters")
        default_permissions = ("view",)
        ordering = ["name", "host", "started_at"]
        indexes = [models.Index(fields=["seen_at"], name="worker_clusters_seen_at")]

    def __str__(self) -> str:
        return f"{self.name} @ {self.host}"


class TickTask(models.Model):
    """Which job may run a task of the tick, and until when no other is queued for it.

    Written by waproject.workers.tick alone. A task that is slow, or waits behind others, is not
    queued a second time; one whose worker was killed is, when its time is over.
    """

    name = models.CharField(max_length=200, primary_key=True)
    # The tenant whose turn began last: the next job begins with the one after it.
    last_tenant_id = models.PositiveBigIntegerField(default=0)
    # Of the job that was queued last; an earlier one has lost its right to run.
    number = models.PositiveBigIntegerField(default=0)
    taken_until = models.DateTimeField()

    class Meta:
        db_table = "tick_tasks"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

"""Launches that are under way."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class LaunchQuerySet(models.QuerySet["Launch"]):
    def abandoned(self, now: datetime) -> "LaunchQuerySet":
        """Launches on which no worker works, and for which no job is known to wait."""
        return self.filter(lease_expires_at__lte=now)


class Launch(TenantModel):
    """How far the launch of a large campaign is: whoever goes on with it begins here.

    The row is there while the campaign is `launching`. It belongs to the worker that counted its
    last run.
    """

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.CASCADE, primary_key=True, related_name="launch"
    )
    accept_warnings = models.BooleanField()
    # The last contact that was looked at, and the last that will be: whoever is added meanwhile is
    # not of this audience.
    cursor = models.BigIntegerField()
    last_contact = models.BigIntegerField()
    # How many people the audience has; null until a worker has counted them.
    expected = models.PositiveIntegerField(null=True)
    # What campaigns.launch.checks.Check counted so far.
    tally: Any = models.JSONField(default=dict)
    # Sentences that say why the launch is taken back; none while it goes forward.
    refused: Any = models.JSONField(default=list)
    # How often a worker took it up, in all and since it last got on.
    runs = models.PositiveIntegerField(default=0)
    stalls = models.PositiveSmallIntegerField(default=0)
    # A worker has it until the lease ends; or it waits for one, and is queued again at that time.
    working = models.BooleanField(default=False)
    lease_expires_at = models.DateTimeField()

    objects: ClassVar = TenantManager.from_queryset(LaunchQuerySet)()

    class Meta:
        db_table = "campaign_launches"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.cursor}"

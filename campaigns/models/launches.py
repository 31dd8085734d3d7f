"""Launches that are under way."""

from typing import Any

from django.db import models

from waproject.core.jobs.models import Job
from waproject.tenants.models import TenantModel


class Launch(TenantModel):
    """How far the launch of a large campaign is: its job goes on from here.

    The row is there while the campaign is `launching`, and more people are to become recipients.
    """

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.CASCADE, primary_key=True, related_name="launch"
    )
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="launch")
    accept_warnings = models.BooleanField()
    # The id of the last contact that was looked at, and of the last that will be: contacts added
    # meanwhile do not belong to the audience.
    cursor = models.BigIntegerField()
    last_contact = models.BigIntegerField()
    # What campaigns.launch.checks.Check counted so far.
    tally: Any = models.JSONField(default=dict)
    # Why the launch is taken back, as waproject.core.text.sentences stores sentences; none while it
    # goes forward.
    refused: Any = models.JSONField(default=list)

    class Meta:
        db_table = "campaign_launches"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.cursor}"

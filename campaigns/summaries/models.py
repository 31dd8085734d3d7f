"""Counts of past days and of campaigns that have ended, and how far the logs are counted."""

from typing import Any

from django.db import models

from campaigns.models import Campaign
from campaigns.tracking.funnel import Funnel
from messaging.states import Direction
from waproject.tenants.models import TenantModel


class Mark(TenantModel):
    """How far a log that only grows is counted: `upto` is the id of the last row that was.

    A transaction may commit a row after another has committed a later one. So a row is `settled`,
    and may be counted, when it was seen a while ago: whatever came before it is committed by then.
    """

    class Log(models.TextChoices):
        MESSAGES = "messages"
        CHANGES = "changes"

    log = models.CharField(max_length=10, choices=Log)
    upto = models.BigIntegerField(default=0)
    settled = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()
    # Of messages alone: the time zone whose days are counted, and the last day on which they were.
    zone = models.CharField(max_length=40, blank=True)
    day = models.DateField(null=True)

    class Meta:
        db_table = "summary_marks"
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="one_mark_per_log", fields=["tenant", "log"])]

    def __str__(self) -> str:
        return f"{self.log}: {self.upto}"


class DaySummary(TenantModel):
    """The messages of one day of the business in one direction, as they were at `counted_at`.

    `delivered` counts those that were read too. `prices` has the sum of each currency, as text.
    """

    date = models.DateField()
    direction = models.CharField(max_length=8, choices=Direction)
    messages = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    read = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    prices: Any = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "day_summaries"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="one_summary_per_day", fields=["tenant", "date", "direction"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.direction}: {self.messages}"


class CampaignSummary(TenantModel):
    """The funnel of a campaign that has ended: the fields are those of Funnel.

    `retryable` counts the people who failed for a cause that can pass, as it was at `counted_at`.
    """

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, primary_key=True, related_name="summary"
    )
    recipients = models.PositiveIntegerField()
    pending = models.PositiveIntegerField()
    sent = models.PositiveIntegerField()
    delivered = models.PositiveIntegerField()
    read = models.PositiveIntegerField()
    replied = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    undelivered = models.PositiveIntegerField()
    skipped = models.PositiveIntegerField()
    retryable = models.PositiveIntegerField(default=0)
    # Who opted out by a message of theirs within days of this one (campaigns.tracking.opted_out).
    opted_out = models.PositiveIntegerField(default=0)
    # What its messages cost as far as the provider had told: the sum of each currency, as text.
    prices: Any = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "campaign_summaries"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.recipients}"

    @classmethod
    def of(cls, campaign_id: int, counts: Funnel, **fields: Any) -> "CampaignSummary":
        return cls(campaign_id=campaign_id, **vars(counts), **fields)

    @property
    def funnel(self) -> Funnel:
        return Funnel(**{name: getattr(self, name) for name in FUNNEL})


FUNNEL = tuple(Funnel.__dataclass_fields__)

"""Reads and single-statement moves of campaigns and recipients."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    OPEN,
    RECIPIENT_TRANSITIONS,
    CampaignStatus,
    RecipientStatus,
    sources_of,
)
from contacts.states import STAND_IN
from optouts.reachability import Purpose, Row, may_write

if TYPE_CHECKING:
    from campaigns.models import Campaign, Recipient  # noqa: F401  named in strings

# The person of a recipient, without regard to the recipient's address.
PERSON = Row(contact="contact")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def advance(self, to: CampaignStatus, **fields: Any) -> int:
        """Move the campaigns that may go to `to`; return how many moved. One UPDATE."""
        return self.filter(status__in=sources_of(to, CAMPAIGN_TRANSITIONS)).update(
            status=to, **fields
        )

    def completable(self, now: datetime) -> "CampaignQuerySet":
        """Sending campaigns, and paused ones whose end has passed."""
        paused = Q(status=CampaignStatus.PAUSED, ends_at__lte=now)
        return self.filter(paused | Q(status=CampaignStatus.ACTIVE))

    def nothing_open(self) -> "CampaignQuerySet":
        """Campaigns whose recipients are all in a final state."""
        return self.exclude(recipients__status__in=OPEN)

    def due(self, now: datetime) -> "CampaignQuerySet":
        """Scheduled campaigns whose hour has come."""
        return self.filter(status=CampaignStatus.SCHEDULED, scheduled_at__lte=now)


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def advance(self, to: RecipientStatus, **fields: Any) -> int:
        """Move the rows that may go to `to`; return how many moved.

        One UPDATE, so that two workers, or a worker and a late webhook, cannot both win.
        """
        return self.movable(to).update(status=to, **fields)

    def movable(self, to: RecipientStatus) -> "RecipientQuerySet":
        """The rows that may go to `to`."""
        return self.filter(status__in=sources_of(to, RECIPIENT_TRANSITIONS))

    def open(self) -> "RecipientQuerySet":
        """Rows not yet in a final state."""
        return self.filter(status__in=OPEN)

    def writable(self, channel: str) -> "RecipientQuerySet":
        """Rows whose person may be written to on a channel, wherever that is now."""
        return self.filter(may_write(channel, Purpose.MARKETING, PERSON))

    def addressed(self) -> "RecipientQuerySet":
        """Rows whose address and text are still kept."""
        return self.exclude(phone__startswith=STAND_IN)

    def failed(self) -> "RecipientQuerySet":
        """Rows whose message was refused, or taken and then not delivered."""
        return self.filter(status__in=[RecipientStatus.FAILED, RecipientStatus.UNDELIVERED])

"""Reads and single-statement moves of campaigns and recipients."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from messaging.delivery.addresses import present_address
from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    OPEN,
    RECIPIENT_TRANSITIONS,
    CampaignStatus,
    RecipientStatus,
    sources_of,
)
from contacts.models import ChannelBlock, Contact, ContactStatus
from optouts.models import Hold, OptOut

if TYPE_CHECKING:
    from campaigns.models import Campaign, Recipient  # noqa: F401  named in strings


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def advance(self, to: CampaignStatus, **fields: Any) -> int:
        """Move the campaigns that may go to `to`; return how many moved. One UPDATE."""
        return self.filter(status__in=sources_of(to, CAMPAIGN_TRANSITIONS)).update(
            status=to, **fields
        )

    def without_worker(self, now: datetime) -> "CampaignQuerySet":
        """Campaigns that no worker is sending for."""
        return self.filter(Q(worker_lease_until__isnull=True) | Q(worker_lease_until__lt=now))

    def completable(self, now: datetime) -> "CampaignQuerySet":
        """Sending campaigns, and paused ones that nobody can resume in time any more."""
        paused = Q(status=CampaignStatus.PAUSED, ends_at__lte=now)
        return self.filter(paused | Q(status=CampaignStatus.ACTIVE))

    def nothing_open(self) -> "CampaignQuerySet":
        """Campaigns whose recipients are all in a final state."""
        from campaigns.models import Recipient

        return self.filter(
            ~Exists(Recipient.objects.filter(campaign=OuterRef("pk"), status__in=OPEN))
        )

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

    def due(self, now: datetime) -> "RecipientQuerySet":
        """Pending rows that may be sent now, whoever they are."""
        return self.filter(status=RecipientStatus.PENDING).filter(
            Q(not_before__isnull=True) | Q(not_before__lte=now)
        )

    def writable(self, channel: str) -> "RecipientQuerySet":
        """Rows whose person may be written to on a channel.

        Active, not blocked on the channel, and no message of theirs is held. Conditions on the row
        itself, without a join: so an UPDATE can test them as it moves the row.
        """
        return self._of(Contact.objects.filter(status=ContactStatus.ACTIVE), channel)

    def writable_at_address(self, channel: str) -> "RecipientQuerySet":
        """The same, at the address that the row has.

        It is the one that the contact has now, and nobody opted out with it: the number may have
        belonged to another contact then.
        """
        people = Contact.objects.alias(goes_to=present_address(channel)).filter(
            status=ContactStatus.ACTIVE, goes_to=OuterRef("phone")
        )
        return self._of(people, channel).filter(
            ~Exists(OptOut.objects.filter(phone=OuterRef("phone")))
        )

    def _of(self, people: models.QuerySet[Contact], channel: str) -> "RecipientQuerySet":
        blocks = ChannelBlock.objects.filter(contact=OuterRef("contact"), channel=channel)
        return self.filter(
            Exists(people.filter(pk=OuterRef("contact"))),
            ~Exists(blocks),
            ~Exists(Hold.objects.open().filter(contact=OuterRef("contact"))),
        )

    def of_active_campaigns(self) -> "RecipientQuerySet":
        """Rows whose campaign may send; without a join, as `writable`."""
        from campaigns.models import Campaign

        active = Campaign.objects.filter(pk=OuterRef("campaign"), status=CampaignStatus.ACTIVE)
        return self.filter(Exists(active))

    def without_news(self, now: datetime) -> "RecipientQuerySet":
        """Sent rows whose callbacks stay away, and whose turn it is to be asked about."""
        return self.filter(status=RecipientStatus.SENT, poll_at__lte=now)

    def failed(self) -> "RecipientQuerySet":
        """Rows whose message was refused, or taken and then not delivered."""
        return self.filter(status__in=[RecipientStatus.FAILED, RecipientStatus.UNDELIVERED])

    def uncertain(self) -> "RecipientQuerySet":
        return self.filter(status=RecipientStatus.UNCERTAIN)

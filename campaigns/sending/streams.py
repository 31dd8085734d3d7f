"""A campaign's stream in the queue of deliveries: it says what the campaign's row says."""

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.models.querysets import RecipientQuerySet
from campaigns.states import CampaignStatus
from messaging.delivery import queue
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.models import DeliveryStream
from messaging.delivery.states import Priority, StreamState
from messaging.delivery.waking import ring

KIND = "campaign"
STATES: dict[str, StreamState] = {
    CampaignStatus.ACTIVE: StreamState.OPEN,
    CampaignStatus.COMPLETED: StreamState.ENDED,
    CampaignStatus.CANCELLED: StreamState.ENDED,
}


def stream_of(campaign_id: int) -> DeliveryStream | None:
    """The stream of a campaign that was launched, with its sender."""
    rows = DeliveryStream.objects.filter(kind=KIND, source_id=campaign_id)
    return rows.select_related("sender").first()


def follow_campaign(campaign_id: int) -> DeliveryStream:
    """Give the campaign's stream the campaign's state, pace, hours, end and retries.

    To be called in the transaction that changes one of them. Wakes the sender of an open stream.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    stream = queue.open_stream(
        campaign.sender_id,
        KIND,
        campaign.pk,
        state=STATES.get(campaign.status, StreamState.PAUSED),
        priority=Priority.CAMPAIGN,
        can_pause=True,
        **_policy(campaign),
    )
    if stream.state == StreamState.OPEN:
        ring(stream.sender_id)
    return stream


def forget_stream(campaign_id: int) -> None:
    """Delete the stream of a campaign that is a draft again, and what is in it."""
    DeliveryStream.objects.filter(kind=KIND, source_id=campaign_id).delete()


def _policy(campaign: Campaign) -> dict[str, Any]:
    names = "per_hour hours_start hours_end days ends_at max_retries retry_delay_seconds"
    return {name: getattr(campaign, name) for name in names.split()}


def enqueue_recipients(
    campaign: Campaign,
    stream: DeliveryStream,
    rows: RecipientQuerySet,
    *,
    due_at: datetime | Combinable,
) -> int:
    """Queue a delivery for each of these pending recipients, with their tokens; return how many."""
    return queue.enqueue_from(
        stream,
        rows,
        due_at=Value(due_at) if isinstance(due_at, datetime) else due_at,
        address=F("phone"),
        template_version=Value(campaign.template_version_id, BigIntegerField()),
    )


def as_claimed(recipient: Recipient, stream: DeliveryStream | None = None) -> Claimed:
    """The delivery that a recipient had, for an outcome that comes after it was deleted.

    `stream` is the stream of its campaign; without it, it is read here.
    """
    now, campaign_id = timezone.now(), recipient.campaign_id
    return Claimed(
        pk=0,
        stream=stream or stream_of(campaign_id) or follow_campaign(campaign_id),
        account_id=recipient.campaign.sender.account_id,
        channel=recipient.campaign.sender.channel,
        contact_id=recipient.contact_id,
        address=recipient.phone,
        time_zone=recipient.time_zone,
        body=recipient.body,
        template_version_id=recipient.campaign.template_version_id,
        content_sid=None,
        variables=recipient.variables,
        token=recipient.token,
        attempts=recipient.attempts,
        retries=recipient.retries,
        claimed_at=now,
        lease_until=now,
    )


def due_by_zone(turns: dict[str, datetime], otherwise: datetime) -> Combinable:
    """An expression over recipients: the moment for their zones, else `otherwise`."""
    cases = [When(time_zone=zones, then=Value(moment)) for zones, moment in turns.items()]
    return Case(*cases, default=Value(otherwise)) if cases else Value(otherwise)

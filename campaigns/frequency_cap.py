"""The frequency cap: how many campaign messages one person gets within some days.

It counts over all campaigns but those that ignore it, which neither obey it nor count.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from contacts.models import Contact
from messaging.models import Delivery

_NEVER_ARRIVED = (RecipientStatus.FAILED, RecipientStatus.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Capped:
    """Ids of contacts: those who had enough, and those whom another worker looks at right now."""

    full: set[int] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)


def applies(campaign: Campaign) -> bool:
    return settings.FREQUENCY_CAP_MESSAGES > 0 and not campaign.ignore_frequency_cap


def look(campaign_id: int, contact_ids: Collection[int], now: datetime) -> Capped:
    """Whom of these people the campaign may not claim now, in the caller's transaction.

    Their rows are locked until its end, so that two campaigns cannot both pass the same person at
    the same moment. Nobody is waited for: who waits while holding recipients could deadlock.
    """
    if settings.FREQUENCY_CAP_MESSAGES <= 0 or not contact_ids:
        return Capped()
    campaign = Campaign.objects.get(pk=campaign_id)
    if not applies(campaign):
        return Capped()
    locked = set(
        Contact.objects.filter(pk__in=contact_ids)
        .order_by()
        .select_for_update(skip_locked=True, no_key=True)
        .values_list("pk", flat=True)
    )
    had_enough = full(campaign, now).filter(contact__in=locked)
    return Capped(set(had_enough), set(contact_ids) - locked)


def full(campaign: Campaign, now: datetime) -> "QuerySet[Recipient, int]":
    """Ids of the contacts who had as many messages of other campaigns as the cap allows.

    What is in the air counts, since it may arrive; what the provider could not deliver does not.
    """
    since = now - timedelta(days=settings.FREQUENCY_CAP_DAYS)
    arrived = Q(sent_at__gt=since) & ~Q(status__in=_NEVER_ARRIVED)
    in_the_air = Q(token__in=Delivery.objects.in_hand().values("token"))
    return (
        Recipient.objects.filter(arrived | in_the_air)
        .filter(campaign__ignore_frequency_cap=False)
        .exclude(campaign=campaign.pk)
        .order_by()
        .values("contact")
        .annotate(messages=Count("pk"))
        .filter(messages__gte=settings.FREQUENCY_CAP_MESSAGES)
        .values_list("contact", flat=True)
    )

"""The frequency cap: how many campaign messages one person gets within some days.

It counts the messages of all campaigns but those with `ignore_frequency_cap`: the cap does not hold
these back, and their messages do not count.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from contacts.models import Contact
from messaging.models import Delivery
from waproject.tenants.preferences import preferences

_NEVER_ARRIVED = (RecipientStatus.FAILED, RecipientStatus.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Capped:
    """Ids of contacts: at the cap already, or locked by another worker at this moment."""

    at_cap: set[int] = field(default_factory=set)
    locked_elsewhere: set[int] = field(default_factory=set)


def applies(campaign: Campaign) -> bool:
    return preferences().cap_messages > 0 and not campaign.ignore_frequency_cap


def find_capped(campaign_id: int, contact_ids: Collection[int], now: datetime) -> Capped:
    """Which of these people the campaign may not claim now, in the caller's transaction.

    The contacts are locked until its end, so that two campaigns cannot both pass the same person at
    the same moment. A locked contact is left out, not waited for: the caller holds recipients, and
    a wait could end in a deadlock.
    """
    if preferences().cap_messages <= 0 or not contact_ids:
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
    at_cap = contacts_at_cap(campaign, now).filter(contact__in=locked)
    return Capped(set(at_cap), set(contact_ids) - locked)


def contacts_at_cap(campaign: Campaign, now: datetime) -> "QuerySet[Recipient, int]":
    """Ids of the contacts who had as many messages of other campaigns as the cap allows.

    A message that is being sent counts, since it may arrive. One that was not delivered does not.
    """
    return (
        counted(now)
        .exclude(campaign=campaign.pk)
        .order_by()
        .values("contact")
        .annotate(messages=Count("pk"))
        .filter(messages__gte=preferences().cap_messages)
        .values_list("contact", flat=True)
    )


def counted(now: datetime) -> "QuerySet[Recipient]":
    """The messages that the cap counts now: one is a recipient."""
    since = now - timedelta(days=preferences().cap_days)
    arrived = Q(sent_at__gt=since) & ~Q(status__in=_NEVER_ARRIVED)
    in_the_air = Q(token__in=Delivery.objects.in_hand().values("token"))
    found: QuerySet[Recipient] = Recipient.objects.filter(arrived | in_the_air).filter(
        campaign__ignore_frequency_cap=False
    )
    return found

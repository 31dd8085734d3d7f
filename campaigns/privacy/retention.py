"""Recipients of campaigns that ended long ago, with their messages (RETENTION_SWEEPS)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Recipient
from campaigns.models.querysets import RecipientQuerySet
from campaigns.privacy.emptying import empty_recipients
from campaigns.states import CampaignStatus, RecipientStatus
from messaging.models import Message
from messaging.privacy.emptying import OF_ITS_CONTACT, empty_messages
from messaging.privacy.retention import MESSAGES_KEPT, unemptied
from messaging.states import Direction
from waproject.core.db.bulk_lookup import Among
from waproject.tenants.retention.sweeps import Sweep


def _recipients(before: datetime) -> RecipientQuerySet:
    """Recipients of ended campaigns. One that failed cannot be written to again after this.

    One who is being written to again is not among them. When their row was locked by that, it is
    read anew, but the campaign, which that has taken up again, is not.
    """
    ended = (CampaignStatus.COMPLETED, CampaignStatus.CANCELLED)
    rows = Recipient.objects.addressed().exclude(status=RecipientStatus.PENDING)
    found: RecipientQuerySet = rows.filter(
        campaign__status__in=ended, campaign__completed_at__lt=before
    )
    return found


def _empty(ids: Sequence[int], before: datetime) -> int:
    """Each recipient with its message, in one transaction: both have the same address."""
    due = _recipients(before).filter(pk__in=ids).order_by("pk")
    locked = dict(due.select_for_update(no_key=True, of=("self",)).values_list("pk", "message_sid"))
    sids = [sid for sid in locked.values() if sid]
    empty_recipients([*locked], OF_ITS_CONTACT)
    empty_messages(Message.objects.outbound().filter(Among("message_sid", str, sids)))
    return len(locked)


def _messages(before: datetime) -> QuerySet[Message]:
    """What was sent for campaigns and belongs to no recipient that still has its text.

    Attempts before a retry, and messages of people and campaigns that are gone. What people
    answered is none: one that proves a decision stays (messaging.privacy.retention).
    """
    current = Recipient.objects.addressed().filter(message_sid=OuterRef("message_sid"))
    sent: QuerySet[Message] = unemptied(before).filter(
        ~Exists(current), campaign_id__isnull=False, direction=Direction.OUTBOUND
    )
    return sent


def _empty_messages(ids: Sequence[int], before: datetime) -> int:
    return empty_messages(Message.objects.filter(pk__in=ids))


RECIPIENTS = Sweep(
    "recipients", MESSAGES_KEPT, _("texts of recipients"), due=_recipients, take=_empty
)
CAMPAIGN_MESSAGES = Sweep(
    "campaign_messages",
    MESSAGES_KEPT,
    _("texts of further messages of campaigns"),
    due=_messages,
    take=_empty_messages,
)


def was_chosen(since: datetime) -> Q:
    """Contacts whom a campaign chose since then, or will write to (PERSON_SIGNS_OF_LIFE)."""
    rows = Recipient.objects.filter(contact=OuterRef("pk"))
    return Q(Exists(rows.filter(created_at__gte=since))) | Q(Exists(rows.open()))

"""Messages whose time is over are emptied: reports count them still (RETENTION_SWEEPS)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from contacts.states import STAND_IN
from messaging.models import Conversation, Delivery, KeptStatus, Message, Opening
from messaging.privacy.emptying import empty_messages
from messaging.states import Direction
from optouts.models import ConsentEvent, Source
from waproject.tenants.retention.periods import Period
from waproject.tenants.retention.sweeps import Sweep

MESSAGES_KEPT = Period(
    "messages",
    _("Messages"),
    _(
        "What people wrote and what was written to them: text, content and address go. When it"
        " was, and whether it was delivered, read and answered, stays: campaigns and reports"
        " count it. The message of a campaign goes so long after the campaign ended. Messages by"
        " which somebody opted out, or in again, stay as proof."
    ),
    default=lambda: 730,
    shortest=30,
    may_be_endless=True,
)
STATUSES_KEPT = Period(
    "kept_statuses",
    _("Statuses whose message never came"),
    _("Reports of the provider about messages that are not known here are deleted."),
    default=lambda: 14,
    longest=90,
)


def unemptied(before: datetime) -> QuerySet[Message]:
    """Messages from before then that still say something."""
    return Message.objects.filter(created_at__lt=before).exclude(phone__startswith=STAND_IN)


def _of_no_campaign(before: datetime) -> QuerySet[Message]:
    """Messages but those that campaigns sent, and those that prove what a person decided.

    What campaigns sent is emptied with their recipients (campaigns.privacy.retention).
    """
    inbound = Q(direction=Direction.INBOUND)
    found: QuerySet[Message] = (
        unemptied(before)
        .filter(Q(campaign_id=None) | inbound)
        .exclude(inbound & Q(Exists(_decisions_by_message())))
    )
    return found


def _decisions_by_message() -> QuerySet[ConsentEvent]:
    """Changes of consent whose evidence begins with the sid of the outer query's message."""
    return ConsentEvent.objects.filter(
        contact=OuterRef("contact"),
        source=Source.MESSAGE,
        evidence__startswith=Concat(OuterRef("message_sid"), Value(": ")),
    )


def _empty(ids: Sequence[int], before: datetime) -> int:
    return empty_messages(Message.objects.filter(pk__in=ids))


def _talks(before: datetime) -> QuerySet[Conversation]:
    said = ~Q(last_message_body="", last_inbound_body="")
    return Conversation.objects.filter(said, last_message_at__lt=before)


def _forget_last_texts(ids: Sequence[int], before: datetime) -> int:
    """Where somebody wrote at this moment, the new text stays."""
    return _talks(before).filter(pk__in=ids).update(last_message_body="", last_inbound_body="")


def _openings(before: datetime) -> QuerySet[Opening]:
    return Opening.objects.filter(at__lt=before)


def _statuses(before: datetime) -> QuerySet[KeptStatus]:
    return KeptStatus.objects.kept_before(before)


MESSAGES = Sweep(
    "messages", MESSAGES_KEPT, _("texts of messages"), due=_of_no_campaign, take=_empty
)
LAST_TEXTS = Sweep(
    "last_texts",
    MESSAGES_KEPT,
    _("last texts of conversations"),
    due=_talks,
    take=_forget_last_texts,
)
OPENINGS = Sweep(
    "openings",
    MESSAGES_KEPT,
    _("notes of when somebody was written to first"),
    due=_openings,
)
KEPT_STATUSES = Sweep(
    "kept_statuses",
    STATUSES_KEPT,
    _("kept statuses"),
    due=_statuses,
)


def has_written(since: datetime) -> Q:
    """Contacts with a message since then, in either direction or waiting (PERSON_SIGNS_OF_LIFE)."""
    messages = Message.objects.filter(contact=OuterRef("pk"), created_at__gte=since)
    waiting = Delivery.objects.filter(contact=OuterRef("pk"))
    return Q(Exists(messages)) | Q(Exists(waiting))

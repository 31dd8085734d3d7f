"""Writing what was sent into the log of messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from messaging.models import Conversation, KeptStatus, Message
from messaging.states import STATUS_TIMES, Direction

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that the provider accepted at `at`, with the status it gave to it."""

    sid: str
    sender_id: int
    contact_id: int
    phone: str
    body: str
    campaign_id: int | None
    status: str
    at: datetime
    content: dict[str, Any] = field(default_factory=dict)


def callback_url(token: str) -> str:
    """The public address to which the provider reports the statuses of one message."""
    base = settings.PUBLIC_BASE_URL.rstrip("/")
    return f"{base}{reverse('messaging:status')}?{urlencode({'token': token})}"


@transaction.atomic
def log_sent(messages: Sequence[SentMessage]) -> None:
    """Log accepted messages, with their conversations; a sid that is there stays as it is.

    A handful of statements whatever the number, in the caller's transaction if there is one.
    """
    if not messages:
        return
    conversations = conversations_of((m.sender_id, m.contact_id) for m in messages)
    Message.objects.bulk_create(
        [_row(message, conversations) for message in messages], ignore_conflicts=True
    )
    Conversation.objects.filter(pk__in=conversations.values()).refresh_last_message()
    KeptStatus.objects.hurry([message.sid for message in messages], timezone.now())


def record_price(message_sid: str, price: Decimal, unit: str) -> None:
    """Note what the provider bills for a message: an amount, and its currency such as USD."""
    Message.objects.filter(message_sid=message_sid).update(price=price, price_unit=unit[:3])


def conversations_of(pairs: Iterable[Pair]) -> dict[Pair, int]:
    """The conversation of each sender and contact, by id; those that are missing are made."""
    # In one order everywhere, so that two workers never wait for each other's rows.
    wanted = sorted(set(pairs))
    found = _existing(wanted)
    missing = [pair for pair in wanted if pair not in found]
    if missing:
        Conversation.objects.bulk_create(
            [Conversation(sender_id=sender, contact_id=contact) for sender, contact in missing],
            ignore_conflicts=True,
        )
        found |= _existing(missing)
    return found


def _existing(pairs: Sequence[Pair]) -> dict[Pair, int]:
    rows = Conversation.objects.filter(
        sender_id__in={sender for sender, _contact in pairs},
        contact_id__in=[contact for _sender, contact in pairs],
    ).values_list("sender_id", "contact_id", "pk")
    wanted = set(pairs)
    return {(s, c): pk for s, c, pk in rows if (s, c) in wanted}


def _row(message: SentMessage, conversations: dict[Pair, int]) -> Message:
    row = Message(
        conversation_id=conversations[message.sender_id, message.contact_id],
        contact_id=message.contact_id,
        campaign_id=message.campaign_id,
        direction=Direction.OUTBOUND,
        phone=message.phone,
        body=message.body,
        content=message.content,
        message_sid=message.sid,
        status=message.status,
        created_at=message.at,
    )
    if column := STATUS_TIMES.get(message.status):
        setattr(row, column, message.at)
    return row

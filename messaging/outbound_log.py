"""Writing what was sent into the log of messages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from messaging.models import Conversation, KeptStatus, Message, new_token
from messaging.models.querysets import PREVIEW_LENGTH
from messaging.states import STATUS_TIMES, Direction
from waproject.core.db.bulk_insert import blank_row, driver_moment, insert_rows
from waproject.core.db.bulk_lookup import Among

Pair = tuple[int, int]
PRICE_LIMIT = Decimal(100_000)  # what the column of a price holds
_LAST_MESSAGE = ("last_message_at", "last_message_body", "last_message_direction")
# Columns of a message that may be null and differ from one sent message to the next.
_VARYING = (
    *("conversation_id", "contact_id", "account_id", "campaign_id", "template_version_id"),
    *("message_sid", "poll_at"),
    *STATUS_TIMES.values(),
)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that the provider accepted at `at`, with the status it gave to it.

    `token` is that of its delivery: by it the log and the source's own rows find each other.
    """

    sid: str
    sender_id: int
    account_id: int
    contact_id: int
    phone: str
    body: str
    campaign_id: int | None
    status: str
    at: datetime
    template_version_id: int | None = None
    is_test: bool = False
    content: dict[str, Any] = field(default_factory=dict)
    token: str = field(default_factory=new_token)


@transaction.atomic(savepoint=False)
def log_sent(messages: Sequence[SentMessage]) -> None:
    """Log accepted messages, with their conversations; a sid that is there stays as it is.

    A handful of statements for any number, in the caller's transaction if there is one.
    """
    sids = [message.sid for message in messages]
    logged = _sids_in_the_log(sids)
    if new := [message for message in messages if message.sid not in logged]:
        _insert(new, _show_in_conversations(new))
    KeptStatus.objects.hurry(sids, timezone.now())


def _sids_in_the_log(sids: Sequence[str]) -> set[str | None]:
    found = Message.objects.filter(Among("message_sid", str, sids)).order_by()
    return set(found.values_list("message_sid", flat=True))


def _show_in_conversations(messages: Sequence[SentMessage]) -> dict[Pair, int]:
    """Make these messages the last of their conversations, missing ones made; return their ids.

    A conversation that has a newer message keeps showing that one.
    """
    # In one order everywhere, so that two workers never wait for each other's rows; of two
    # messages to one person the newer comes later, as one statement touches a row only once.
    newest = {(m.sender_id, m.contact_id): m for m in sorted(messages, key=lambda m: m.at)}
    own = ("sender_id", "contact_id", *_LAST_MESSAGE)
    blank = blank_row(Conversation, own, created_at=timezone.now())
    rows = [
        {
            **blank,
            "sender_id": sender,
            "contact_id": contact,
            "last_message_at": driver_moment(message.at),
            "last_message_body": message.body[:PREVIEW_LENGTH],
            "last_message_direction": Direction.OUTBOUND.value,
        }
        for (sender, contact), message in sorted(newest.items())
    ]
    shown = ", ".join(f"{name} = excluded.{name}" for name in _LAST_MESSAGE)
    insert_rows(
        Conversation,
        [*blank],
        [tuple(row.values()) for row in rows],
        clash=f"(sender_id, contact_id) DO UPDATE SET {shown}"
        " WHERE conversations.last_message_at IS NULL"
        " OR conversations.last_message_at <= excluded.last_message_at",
    )
    return _existing([*newest])


def _insert(messages: Sequence[SentMessage], conversations: dict[Pair, int]) -> None:
    """Log messages; one whose token another message has gets a token of its own.

    That is a delivery which was given up, and so logged as not sent, before the provider's answer
    to it came in: what was accepted is logged all the same.
    """
    columns, rows = _rows(messages, conversations)
    if insert_rows(Message, columns, rows, clash="DO NOTHING") == len(rows):
        return
    sids = [message.sid for message in messages]
    logged = _sids_in_the_log(sids)
    left = [replace(one, token=new_token()) for one in messages if one.sid not in logged]
    columns, rows = _rows(left, conversations)
    insert_rows(Message, columns, rows, clash="(tenant_id, message_sid) DO NOTHING")


def _rows(
    messages: Sequence[SentMessage], conversations: dict[Pair, int]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns of the log, and a row of their values for each message."""
    blank = blank_row(Message, _VARYING, direction=Direction.OUTBOUND)
    # One moment for all: when nobody has reported on them for so long, a second is nothing.
    last = max(message.at for message in messages)
    poll_at = driver_moment(last + timedelta(seconds=settings.POLL_AFTER_SECONDS))
    rows = []
    for message in messages:
        row = {
            **blank,
            "conversation_id": conversations[message.sender_id, message.contact_id],
            "contact_id": message.contact_id,
            "account_id": message.account_id,
            "campaign_id": message.campaign_id,
            "template_version_id": message.template_version_id,
            "is_test": message.is_test,
            "phone": message.phone,
            "body": message.body,
            "content": json.dumps(message.content) if message.content else "{}",
            "message_sid": message.sid,
            "token": message.token,
            "status": message.status,
            "created_at": driver_moment(message.at),
            "poll_at": poll_at,
        }
        if column := STATUS_TIMES.get(message.status):
            row[column] = driver_moment(message.at)
        rows.append(tuple(row.values()))
    return [*blank], rows


def record_price(message_sid: str, price: Decimal, unit: str) -> None:
    """Note what the provider bills for a message: an amount, and its currency such as USD.

    What is no amount, or more than the column holds, is left out.
    """
    if not (price.is_finite() and 0 <= price < PRICE_LIMIT):
        return
    Message.objects.filter(message_sid=message_sid).update(price=price, price_unit=unit[:3])


def _existing(pairs: Sequence[Pair]) -> dict[Pair, int]:
    rows = (
        Conversation.objects.filter(
            Among("contact_id", int, [contact for _sender, contact in pairs]),
            sender_id__in={sender for sender, _contact in pairs},
        )
        .order_by()
        .values_list("sender_id", "contact_id", "pk")
    )
    wanted = set(pairs)
    return {(s, c): pk for s, c, pk in rows if (s, c) in wanted}

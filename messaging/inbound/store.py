"""The rows that inbound messages write: messages, and the senders and conversations they name.

A handful of statements for any number of messages, as text: composing them takes the ORM longer
than the database takes to run them. For eight messages the three kinds of statement here take
1.0 ms of the processor on SQLite, and 2.0 by the ORM. The caller holds the transaction, and the
people are locked.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from contacts.phones.keys import spellings
from messaging.inbound.types import Arrival, Inbound, Person, Reply
from messaging.models import Channel, Conversation, Message, Sender, new_tokens
from messaging.models.querysets import PREVIEW_LENGTH
from messaging.states import Direction, MessageStatus
from waproject.core.db.bulk_insert import blank_row, driver_moment, insert_rows
from waproject.core.db.bulk_lookup import as_parameter, is_among
from waproject.tenants.scope import current_tenant_id

Pair = tuple[int, int]

WINDOW = timedelta(hours=24)

_LOGGED = (
    *("conversation", "contact", "account", "direction", "type", "phone", "body", "content"),
    *("message_sid", "token", "in_reply_to", "status", "error_message", "price_unit", "created_at"),
)
LAST_MESSAGE = ("last_message_at", "last_message_body", "last_message_direction")
LAST_WORDS = ("last_inbound_at", "last_inbound_body", "last_inbound_type")
_LOCKED = "(sender_id, contact_id) DO UPDATE SET status = conversations.status"
_BUT_SPAM = "CASE WHEN conversations.status <> 'spam'"
# What messages from people change in conversations that are there. A newer last message stays.
_SHOWN = "(sender_id, contact_id) DO UPDATE SET " + ", ".join(
    [
        # Spam stays where it was put: it asks nobody for anything.
        f"status = {_BUT_SPAM} THEN excluded.status ELSE conversations.status END",
        f"unread_count = {_BUT_SPAM}"
        " THEN conversations.unread_count + excluded.unread_count ELSE 0 END",
        "wants_human = conversations.status <> 'spam'"
        " AND (conversations.wants_human OR excluded.wants_human)",
        f"waiting_since = {_BUT_SPAM}"
        " THEN COALESCE(conversations.waiting_since, excluded.waiting_since) END",
        f"round_began_at = {_BUT_SPAM}"
        " THEN COALESCE(conversations.round_began_at, excluded.round_began_at) END",
        # Whoever took it meanwhile has it.
        "assignee_id = COALESCE(conversations.assignee_id, excluded.assignee_id)",
        f"resolved_at = {_BUT_SPAM} THEN NULL ELSE conversations.resolved_at END",
        # A message that comes in late may be older than the one that opened the window.
        "window_expires_at = CASE WHEN conversations.window_expires_at > excluded.window_expires_at"
        " THEN conversations.window_expires_at"
        " ELSE COALESCE(excluded.window_expires_at, conversations.window_expires_at) END",
        *(
            f"{column} = CASE WHEN conversations.last_message_at > excluded.last_message_at"
            f" THEN conversations.{column} ELSE excluded.{column} END"
            for column in LAST_MESSAGE
        ),
        *(
            f"{column} = CASE WHEN conversations.last_inbound_at > excluded.last_inbound_at"
            f" THEN conversations.{column} ELSE excluded.{column} END"
            for column in LAST_WORDS
        ),
    ]
)


def message_of(arrival: Arrival, token: str, conversation: Conversation | None = None) -> Message:
    """The row of a message that came in, not stored yet."""
    return Message(
        token=token,
        conversation=conversation,
        contact_id=conversation.contact_id if conversation else None,
        account_id=arrival.account_id,
        direction=Direction.INBOUND.value,
        type=arrival.type,
        phone=arrival.address,
        body=arrival.text,
        content=arrival.content,
        message_sid=arrival.sid,
        status=MessageStatus.RECEIVED.value,
        created_at=arrival.at,
    )


def known_sids(arrivals: Iterable[Arrival]) -> set[str]:
    """The sids of those of these messages that are in the log."""
    return {*_ids("message_sid", [one.sid for one in arrivals])}


def log_messages(arrivals: Sequence[Arrival], people: Sequence[Person]) -> list[Inbound]:
    """Store the messages in their conversations; missing ones and their senders are made."""
    senders = _senders_of(arrivals)
    at = [senders[one.channel, one.sender_address] for one in arrivals]
    pairs = [(sender.pk, one.contact.pk) for sender, one in zip(at, people, strict=True)]
    conversations = _conversations_of(pairs)
    tokens = iter(new_tokens(len(arrivals)))
    arrived = []
    for arrival, person, sender, pair in zip(arrivals, people, at, pairs, strict=True):
        conversation = conversations[pair]
        conversation.sender = sender
        message = message_of(arrival, next(tokens), conversation)
        arrived.append(
            Inbound(
                message,
                person.contact,
                conversation,
                sender,
                arrival.text,
                person.twin,
                arrival.is_machine,
                arrival.is_late,
                arrival.is_kept,
            )
        )
    insert_messages([one.message for one in arrived], named="message_sid")
    return arrived


def _senders_of(arrivals: Sequence[Arrival]) -> dict[tuple[str, str], Sender]:
    """The senders that were written to, by channel and address as the messages have them.

    One whose number staff wrote in another spelling is found; missing ones are made.
    """
    accounts = {(one.channel, one.sender_address): one.account_id for one in arrivals}
    named = sorted(accounts)
    spelt = {address: spellings(address) for _channel, address in named}
    found = Sender.objects.raw(
        f"SELECT * FROM senders WHERE tenant_id = %s AND {is_among('address')}",  # noqa: S608
        [
            current_tenant_id(),
            as_parameter({one for several in spelt.values() for one in several}),
        ],
    )
    known = {(one.channel, one.address): one for one in found}
    senders = {}
    for channel, address in named:
        ours = (known[channel, one] for one in spelt[address] if (channel, one) in known)
        senders[channel, address] = next(ours, None) or _new_sender(
            channel, address, accounts[channel, address]
        )
    return senders


def _new_sender(channel: str, address: str, account_id: int | None) -> Sender:
    sender, _created = Sender.objects.get_or_create(
        channel=channel,
        address=address,
        defaults={"name": address[:100], **({"account_id": account_id} if account_id else {})},
    )
    return sender


def _conversations_of(pairs: Sequence[Pair]) -> dict[Pair, Conversation]:
    """The conversation of each sender and contact; where one is missing, all are locked.

    A new row is locked from the start. Those that are there would be locked after it otherwise,
    at the end, and not in the order in which every other statement does it.
    """
    found = _existing(pairs)
    if any(pair not in found for pair in pairs):
        blank = blank_row(Conversation, ("sender_id", "contact_id"), created_at=timezone.now())
        rows = [
            tuple({**blank, "sender_id": sender, "contact_id": contact}.values())
            for sender, contact in sorted(pairs)
        ]
        insert_rows(Conversation, [*blank], rows, clash=_LOCKED)
        found = _existing(pairs)
    return found


def _existing(pairs: Sequence[Pair]) -> dict[Pair, Conversation]:
    found = Conversation.objects.raw(
        f"SELECT * FROM conversations WHERE {is_among('sender_id')} AND {is_among('contact_id')}",  # noqa: S608
        [
            as_parameter({sender for sender, _contact in pairs}),
            as_parameter({contact for _sender, contact in pairs}),
        ],
    )
    return {(one.sender_id, one.contact_id): one for one in found}


def insert_messages(messages: Sequence[Message], *, named: str) -> None:
    """Insert the rows, and let each message know its id; the column `named` tells them apart."""
    rows = [
        (
            *(one.conversation_id, one.contact_id, one.account_id, one.direction, one.type),
            *(one.phone, one.body, json.dumps(one.content), one.message_sid, one.token),
            *(one.in_reply_to_id, one.status, one.error_message, one.price_unit),
            driver_moment(one.created_at),
        )
        for one in messages
    ]
    insert_rows(Message, _LOGGED, rows)
    ids = _ids(named, [getattr(one, named) for one in messages])
    for one in messages:
        one.pk, one._state.adding = ids[getattr(one, named)], False


def _ids(column: str, values: Sequence[str]) -> dict[str, int]:
    """The ids of the messages that have these values in a unique column, by value."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, id FROM messages"  # noqa: S608
            f" WHERE tenant_id = %s AND {is_among(column)}",
            [current_tenant_id(), as_parameter(values)],
        )
        return dict(cursor.fetchall())


def conversation_row(
    arrival: Arrival, last: Message, one: Inbound, reply: Reply | None
) -> dict[str, Any]:
    """What a message from a person brings to its conversation; `last` is it or its answer."""
    in_window = arrival.channel == Channel.WHATSAPP
    return {
        "sender_id": one.conversation.sender_id,
        "contact_id": one.conversation.contact_id,
        "status": Conversation.Status.OPEN.value,
        "unread_count": 1,
        "wants_human": bool(reply and reply.wants_human),
        "window_expires_at": driver_moment(arrival.at + WINDOW) if in_window else None,
        "last_message_at": driver_moment(last.created_at),
        "last_message_body": last.body[:PREVIEW_LENGTH],
        "last_message_direction": last.direction,
        "last_inbound_at": driver_moment(arrival.at),
        "last_inbound_body": arrival.text[:PREVIEW_LENGTH],
        "last_inbound_type": arrival.type[:20],
        "waiting_since": driver_moment(arrival.at),
        "round_began_at": driver_moment(arrival.at),
        "resolved_at": None,
        "assignee_id": one.conversation.assignee_id,
    }


def show_in_conversations(changes: Sequence[Mapping[str, Any]]) -> None:
    """Bring the conversations up to date, in the order in which every other statement does it."""
    blank = blank_row(Conversation, [*changes[0]], created_at=timezone.now())
    rows = sorted(changes, key=lambda row: (row["sender_id"], row["contact_id"]))
    insert_rows(
        Conversation, [*blank], [tuple({**blank, **row}.values()) for row in rows], clash=_SHOWN
    )

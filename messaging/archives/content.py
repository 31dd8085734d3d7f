"""All that was said with a person, as plain data that JSON takes.

Messages are known by their tokens, which no two share on any installation.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from contacts.models import Contact, ContactStatus
from messaging.files.models import StoredFile
from messaging.models import Conversation, Message
from messaging.states import Direction
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id

FORMAT = "waproject-conversation/1"
# Columns of a message that stand in the archive as they are.
COLUMNS = (
    *("token", "message_sid", "direction", "type", "phone", "body", "content", "status"),
    *("error_code", "error_message", "price_unit", "is_test"),
)
TIMES = ("created_at", "sent_at", "delivered_at", "read_at", "failed_at")
# So often whoever makes an archive says that they are still there.
_STEP = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to archive: days are the business's own, both included; None leaves a side open."""

    contact: Contact
    conversation: Conversation | None = None
    since: date | None = None
    until: date | None = None

    def messages(self) -> "QuerySet[Message]":
        """Its messages, in their order."""
        rows = Message.objects.filter(contact=self.contact)
        if self.conversation:
            rows = rows.filter(conversation=self.conversation)
        if self.since:
            rows = rows.filter(created_at__gte=_midnight(self.since))
        if self.until:
            rows = rows.filter(created_at__lt=_midnight(self.until + timedelta(days=1)))
        found: QuerySet[Message] = rows.order_by("created_at", "pk")
        return found


def content_of(wanted: Wanted, *, alive: Callable[[], object] = lambda: None) -> dict[str, Any]:
    """The archive as data; `alive` is called now and then."""
    contact = wanted.contact
    messages = list(_messages(wanted, alive))
    talks = Conversation.objects.filter(contact=contact).select_related("sender")
    if wanted.conversation:
        talks = talks.filter(pk=wanted.conversation.pk)
    return {
        "format": FORMAT,
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "business": Tenant.objects.get(pk=current_tenant_id()).name,
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
        "contact": {
            "phone": contact.phone,
            "name": contact.name,
            "email": contact.email,
            "language": contact.language,
            "time_zone": contact.time_zone,
            "is_opted_out": contact.status == ContactStatus.OPTED_OUT,
            "addresses": list(
                contact.addresses.identities().order_by("pk").values("channel", "value")
            ),
        },
        "conversations": [_talk(one) for one in talks.order_by("pk")],
        "messages": messages,
        "figures": figures_of(messages),
    }


def figures_of(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """What can be counted in messages: an archive and what is restored from it have the same."""
    counted = Counter[str]()
    prices: dict[str, Decimal] = {}
    for one in messages:
        counted["received" if one["direction"] == Direction.INBOUND else "sent"] += 1
        for name in ("delivered", "read", "failed"):
            counted[name] += bool(one[f"{name}_at"])
        if one["price"] is not None:
            unit = one["price_unit"]
            prices[unit] = prices.get(unit, Decimal(0)) + Decimal(one["price"])
    return {
        "messages": len(messages),
        **{name: counted[name] for name in ("received", "sent", "delivered", "read", "failed")},
        "prices": {unit: str(amount) for unit, amount in sorted(prices.items())},
    }


def message_data(message: Message) -> dict[str, Any]:
    """A message as an archive has it, but for its files."""
    sender = message.conversation.sender if message.conversation else None
    return {
        **{name: getattr(message, name) for name in COLUMNS},
        **{name: _iso(getattr(message, name)) for name in TIMES},
        "price": None if message.price is None else str(message.price.normalize()),
        "sender": None if sender is None else sender_key(sender.channel, sender.address),
        "answers": message.in_reply_to.token if message.in_reply_to else None,
    }


def sender_key(channel: str, address: str) -> str:
    """By what an archive names a sender."""
    return f"{channel}:{address}"


def _messages(wanted: Wanted, alive: Callable[[], object]) -> Iterator[dict[str, Any]]:
    files = _files(wanted)
    rows = wanted.messages().select_related("conversation__sender", "in_reply_to")
    for number, message in enumerate(rows.iterator(chunk_size=_STEP)):
        if number % _STEP == 0:
            alive()
        yield {**message_data(message), "files": files.get(message.pk, [])}


def _files(wanted: Wanted) -> Mapping[int, list[dict[str, Any]]]:
    """What is known of the files of the messages; the files themselves stay where they are."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = StoredFile.objects.filter(contact=wanted.contact, message__isnull=False)
    for row in rows.order_by("message", "position"):
        found.setdefault(row.message_id or 0, []).append(
            {
                "name": row.original_filename,
                "kind": row.file_type,
                "type": row.mime_type,
                "size": row.file_size,
                "sha256": row.checksum_sha256,
            }
        )
    return found


def _talk(talk: Conversation) -> dict[str, Any]:
    sender = talk.sender
    return {
        "sender": sender_key(sender.channel, sender.address),
        "channel": sender.channel,
        "address": sender.address,
        "sender_name": sender.name,
        "status": talk.status,
        "unread_count": talk.unread_count,
        "wants_human": talk.wants_human,
        "window_expires_at": _iso(talk.window_expires_at),
        "created_at": _iso(talk.created_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))

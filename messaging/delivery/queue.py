"""The one way to have something leave: put a delivery into a stream of a source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.utils import timezone

from messaging.content import ATTACHED
from messaging.delivery.models import Delivery, DeliveryQuerySet, DeliveryStream, Lane
from messaging.delivery.reasons import NotSent, Why, why
from messaging.delivery.sources import Bulletin, Change
from messaging.delivery.states import DeliveryState, StreamState
from messaging.delivery.waking import ring
from messaging.tokens import new_token
from waproject.core.db.bulk_insert import insert_from
from waproject.core.db.bulk_lookup import Among

# So many deliveries are removed in one transaction: neither are other writers kept out for long,
# nor does a statement grow with the campaign.
REMOVED_AT_A_TIME = 2_000
# The columns of a delivery that a source's own rows give to `enqueue_from`.
GIVEN = (
    *(
        "tenant",
        "stream",
        "contact",
        "address",
        "time_zone",
        "body",
        "template_version",
        "variables",
    ),
    *("state", "due_at", "token", "attempts", "retries"),
)


@dataclass(frozen=True)
class Item:
    """One message to one person. What is not given is the queue's to choose."""

    contact_id: int
    address: str
    body: str = ""
    template_version_id: int | None = None
    variables: dict[str, str] = field(default_factory=dict)
    time_zone: str = ""
    due_at: datetime | None = None
    valid_until: datetime | None = None
    asked_at: datetime | None = None
    token: str = field(default_factory=new_token)
    asked_by_id: int | None = None


@transaction.atomic
def open_stream(sender_id: int, kind: str, source_id: int = 0, **policy: Any) -> DeliveryStream:
    """The stream of a source through a sender, with these fields; made when it is not there."""
    Lane.objects.get_or_create(sender_id=sender_id)
    stream, _made = DeliveryStream.objects.update_or_create(
        sender_id=sender_id, kind=kind, source_id=source_id, defaults=policy
    )
    return stream


@transaction.atomic
def enqueue(stream: DeliveryStream, items: Sequence[Item]) -> None:
    """Put messages into a stream and wake its sender, in the caller's transaction if any."""
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            stream=stream,
            contact_id=one.contact_id,
            address=one.address,
            body=one.body,
            template_version_id=one.template_version_id,
            variables=one.variables,
            time_zone=one.time_zone,
            due_at=one.due_at or now,
            valid_until=one.valid_until,
            asked_at=one.asked_at,
            token=one.token,
            asked_by_id=one.asked_by_id,
        )
        for one in items
    )
    if stream.state == StreamState.OPEN:
        ring(stream.sender_id)


def enqueue_from(
    stream: DeliveryStream, rows: "QuerySet[Any]", *, due_at: Any, **columns: Any
) -> int:
    """Put a delivery for each of a source's own rows into a stream by one statement.

    Returns how many. `due_at` and `columns` are values or expressions over `rows`; a column of that
    name is taken where nothing is said. Does not wake the sender: the caller does, when all stand.
    """
    given: dict[str, Any] = {
        "stream": Value(stream.pk),
        "state": Value(DeliveryState.WAITING.value),
        "due_at": due_at,
        **columns,
    }
    picked = [given.get(name, F(name)) for name in GIVEN]
    return insert_from(Delivery, GIVEN, rows.order_by().values_list(*picked))


def remove(rows: DeliveryQuerySet, reason: Why) -> int:
    """Delete waiting deliveries, a batch at a time, and tell their sources that they are skipped.

    Returns how many. The order of locks is that of all: deliveries before the source's rows.
    """
    removed = 0
    while batch := _remove_batch(rows, reason):
        removed += batch
    return removed


@transaction.atomic
def _remove_batch(rows: DeliveryQuerySet, reason: Why) -> int:
    now, bulletin = timezone.now(), Bulletin()
    waiting = rows.waiting().select_related("stream").order_by("pk")
    locked = list(waiting.select_for_update(of=("self",))[:REMOVED_AT_A_TIME])
    for one in locked:
        bulletin.of(one.stream.kind).skipped.append(
            Change(
                token=one.token,
                stream=one.stream,
                at=now,
                contact_id=one.contact_id,
                address=one.address,
                attempts=one.attempts,
                retries=one.retries,
                why=reason,
                body=one.body,
                asked_by=one.asked_by_id,
                attached=one.variables.get(ATTACHED, ""),
            )
        )
    Delivery.objects.filter(Among("pk", int, [one.pk for one in locked])).delete()
    bulletin.tell()
    return len(locked)


def skip_ended(kind: str = "", source_id: int = 0) -> int:
    """Skip what waits in streams that were ended, and in those past their end; return how many.

    Of one source, when it is named.
    """
    streams = DeliveryStream.objects.all()
    if kind:
        streams = streams.filter(kind=kind, source_id=source_id)
    ended = streams.filter(state=StreamState.ENDED)
    past = streams.exclude(state=StreamState.ENDED).filter(ends_at__lte=timezone.now())
    return sum(
        remove(Delivery.objects.filter(stream__in=those), why(code))
        for those, code in ((ended, NotSent.CANCELLED), (past, NotSent.ENDED))
    )


def withdraw(tokens: Sequence[str]) -> int:
    """Delete deliveries in any state, of which their source knows the outcome by itself."""
    return Delivery.objects.filter(Among("token", str, tokens)).delete()[0]

"""Moving many recipients at once, with the history that every move leaves."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from campaigns.models import Recipient, StatusChange
from campaigns.models.querysets import RecipientQuerySet
from campaigns.states import RecipientStatus, StatusSource
from messaging.models import Message
from waproject.core.db.bulk_insert import driver_moment, insert_rows
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.status_steps import Moved

_HISTORY = ("recipient", "old", "new", "at", "source", "metadata")
# Recipient, status before, status after, when, by what, details.
_Change = tuple[int, str, str, datetime, str, dict[str, Any]]


@transaction.atomic(savepoint=False)
def move(
    rows: RecipientQuerySet,
    to: RecipientStatus,
    *,
    at: datetime,
    source: StatusSource = StatusSource.ENGINE,
    metadata: dict[str, Any] | None = None,
    own: dict[int, dict[str, Any]] | None = None,
    **fields: Any,
) -> list[int]:
    """Move those of `rows` that may go to `to`, and return their ids.

    The rows are locked first (in one order, so that two movers cannot deadlock); the UPDATE tests
    their status again. `metadata` and `own` are as in `record_changes`.
    """
    locked = lock_movable(rows, to)
    if not locked:
        return []
    Recipient.objects.filter(pk__in=locked).advance(to, **fields)
    record_changes(locked, to, at=at, source=source, metadata=metadata, own=own)
    return list(locked)


def lock_movable(rows: RecipientQuerySet, to: RecipientStatus) -> dict[int, str]:
    """Lock those of `rows` that may go to `to`; return their present status by id.

    Rows that refer to them may still be inserted.
    """
    found = rows.movable(to).order_by("pk").select_for_update(no_key=True, of=("self",))
    return dict(found.values_list("pk", "status"))


class Locked(NamedTuple):
    """A recipient as it was when it was locked."""

    pk: int
    status: str
    phone: str
    campaign_id: int
    message_sid: str | None


def lock_by_token(
    tokens: Iterable[str], to: RecipientStatus, **conditions: Any
) -> dict[str, Locked]:
    """Lock the recipients of deliveries with these tokens that may go to `to`; by their token."""
    rows = Recipient.objects.filter(Among("token", str, tokens), **conditions).movable(to)
    found = rows.order_by("pk").select_for_update(no_key=True, of=("self",))
    return {token: Locked(*row) for token, *row in found.values_list("token", *Locked._fields)}


def record_changes(
    old_status: dict[int, str],
    new: RecipientStatus,
    *,
    at: datetime,
    source: StatusSource,
    metadata: dict[str, Any] | None = None,
    own: dict[int, dict[str, Any]] | None = None,
) -> None:
    """Write one StatusChange for each recipient of `old_status` (id to its status before).

    `metadata` goes to all of them, `own` adds what belongs to one (by id).
    """
    details = own or {}
    _write_history(
        (pk, old, new.value, at, source.value, {**(metadata or {}), **details.get(pk, {})})
        for pk, old in old_status.items()
    )


def record_steps(moves: Iterable[Moved]) -> None:
    """Write one StatusChange for each move of a recipient."""
    _write_history((*move, {}) for move in moves)


def record_first_states(recipients: RecipientQuerySet, *, at: datetime) -> int:
    """Write the history of recipients that were frozen in a final state; return how many."""
    made = list(recipients.values_list("pk", "status"))
    engine = StatusSource.ENGINE.value
    _write_history((pk, "", status, at, engine, {}) for pk, status in made)
    return len(made)


def record_merged(dropped: Recipient, stays: Recipient, *, at: datetime) -> None:
    """Note in the history of one recipient that another, of the same person, became part of it.

    One row for each message that was sent to the other: one that was given up for a retry may still
    arrive, and is then found by its sid.
    """
    details = {"merged": dropped.contact_id, "status": dropped.status}
    sent = Message.objects.outbound().filter(
        campaign_id=dropped.campaign_id, contact=dropped.contact_id
    )
    sids = [*sent.order_by("pk").values_list("message_sid", flat=True)] or [None]
    engine = StatusSource.ENGINE.value
    _write_history(
        (stays.pk, "", stays.status, at, engine, {**details, "message_sid": sid}) for sid in sids
    )


def _write_history(changes: Iterable[_Change]) -> None:
    """Write rows of the history: the one place that does."""
    rows = [
        (pk, old, new, driver_moment(at), source, json.dumps(metadata) if metadata else "{}")
        for pk, old, new, at, source, metadata in changes
    ]
    insert_rows(StatusChange, _HISTORY, rows)

"""Moving many recipients at once, with the history that every move leaves."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.models import Recipient, StatusChange
from campaigns.querysets import RecipientQuerySet
from campaigns.states import RecipientStatus, StatusSource


@transaction.atomic
def move(
    rows: RecipientQuerySet,
    to: RecipientStatus,
    *,
    at: datetime,
    source: StatusSource = StatusSource.ENGINE,
    metadata: dict[str, Any] | None = None,
    **fields: Any,
) -> list[int]:
    """Move those of `rows` that may go to `to`, and return their ids.

    The rows are locked first (in one order, so that two movers cannot deadlock); the UPDATE tests
    their status again.
    """
    locked = lock_movable(rows, to)
    if not locked:
        return []
    Recipient.objects.filter(pk__in=locked).advance(to, **fields)
    record_changes(locked, to, at=at, source=source, metadata=metadata)
    return list(locked)


def lock_movable(rows: RecipientQuerySet, to: RecipientStatus) -> dict[int, str]:
    """Lock those of `rows` that may go to `to`; return their present status by id."""
    found = rows.movable(to).only("pk", "status").order_by("pk").select_for_update(of=("self",))
    return {one.pk: one.status for one in found}


def record_changes(
    old_status: dict[int, str],
    new: RecipientStatus,
    *,
    at: datetime,
    source: StatusSource,
    metadata: dict[str, Any] | None = None,
    each: dict[int, dict[str, Any]] | None = None,
) -> None:
    """Write one StatusChange for each recipient of `old_status` (id to its status before).

    `metadata` goes to all of them, `each` adds what belongs to one (by id).
    """
    own = each or {}
    StatusChange.objects.bulk_create(
        StatusChange(
            recipient_id=pk,
            old=old,
            new=new,
            at=at,
            source=source,
            metadata={**(metadata or {}), **own.get(pk, {})},
        )
        for pk, old in old_status.items()
    )


def record_first_states(recipients: RecipientQuerySet, *, at: datetime) -> int:
    """Write the history of recipients that were frozen in a final state; return how many."""
    found = recipients.values_list("pk", "status")
    return len(
        StatusChange.objects.bulk_create(
            StatusChange(recipient_id=pk, old="", new=status, at=at, source=StatusSource.ENGINE)
            for pk, status in found
        )
    )

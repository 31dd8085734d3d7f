"""Recipients without what they would read and where: campaigns count them still."""

from collections.abc import Collection
from typing import Any

from django.db.models.expressions import Combinable

from campaigns.models import Recipient, StatusChange

# What a status change may keep: codes and ids.
_KEPT = ("cause", "by", "code", "message_sid")


def empty_recipients(ids: Collection[int], stand_in: str | Combinable, **more: Any) -> int:
    """Take text, values, reason and address out of these recipients and their history.

    `more` are further columns. Returns how many recipients.
    """
    _empty_history(ids)
    return Recipient.objects.filter(pk__in=ids).update(
        phone=stand_in, body="", variables={}, reason_details={}, error_message="", **more
    )


def _empty_history(ids: Collection[int]) -> None:
    told = StatusChange.objects.filter(recipient__in=ids).exclude(metadata={})
    emptied = []
    for change in told.only("metadata").iterator():
        kept = {name: value for name, value in change.metadata.items() if name in _KEPT}
        if kept != change.metadata:
            change.metadata = kept
            emptied.append(change)
    StatusChange.objects.bulk_update(emptied, ["metadata"], batch_size=500)

"""Up to which row a log may be counted."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.summaries.models import Mark

# No transaction that writes a row of a log lasts so long.
SETTLING = timedelta(minutes=2)


def look(log: Mark.Log, newest: int) -> Mark:
    """The mark of a log whose newest row has this id; `settled` moves on when its time has come."""
    now = timezone.now()
    mark, is_new = Mark.objects.get_or_create(log=log, defaults={"seen": newest, "seen_at": now})
    if not is_new and now - mark.seen_at >= SETTLING:
        mark.settled, mark.seen, mark.seen_at = mark.seen, newest, now
        mark.save(update_fields=["settled", "seen", "seen_at"])
    return mark


def newest(rows: "QuerySet[Any]") -> int:
    """The id of the newest row; 0 without any."""
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0

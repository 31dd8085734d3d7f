"""Holds the reports against the original schema's own five queries, on the same database.

Each comparison fails where the numbers differ, and returns how many rows it compared.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.reports.campaign_results import campaign_results
from campaigns.reports.daily_activity import daily_activity
from campaigns.reports.leads_by_model import leads_by_model
from campaigns.reports.opt_outs import opt_outs
from campaigns.reports.responders import responders

_FILE = Path(__file__).with_name("original_queries.sql").read_text(encoding="utf-8")
QUERIES: dict[str, str] = dict(
    re.findall(r"^-- report: (\w+)\n(.*?;)$", _FILE, re.MULTILINE | re.DOTALL)
)


def assert_same_numbers(connection: BaseDatabaseWrapper) -> None:
    """Fail where a report gives other numbers than the original query on this database.

    The original queries count days of UTC, so the reports are asked for those.
    """
    with timezone.override(UTC):
        same_campaign_results(connection)
        same_responders(connection)
        same_opt_outs(connection)
        same_leads_by_model(connection)
        same_daily_activity(connection)


def same_campaign_results(connection: BaseDatabaseWrapper) -> int:
    campaigns = list(Campaign.objects.values_list("pk", flat=True))
    for pk in campaigns:
        sql = QUERIES["campaign_results"].replace("c.id = 1 ", f"c.id = {pk} ")
        (theirs,) = _run(connection, sql)
        (ours,) = campaign_results(campaign_id=pk)

        assert theirs == {
            "id": ours.id,
            "name": ours.name,
            "status": ours.status.value,
            "total_recipients": ours.recipients,
            "sent": ours.status_sent,
            "delivered": ours.status_delivered,
            "failed": ours.failed,
            "skipped": ours.skipped,
            "delivery_rate_pct": _number(ours.status_sent_rate),
        }
    return len(campaigns)


def same_responders(connection: BaseDatabaseWrapper) -> int:
    """The original counts a message once for each listing of the same car, and knows phones alone:
    people without one are one person to it."""
    messages: Counter[Hashable] = Counter()
    latest: dict[Hashable, datetime] = {}
    for row in responders(limit=None):
        phone = row.phone if row.phone.startswith("+") else None
        key = (phone, row.name, row.status.value, row.vehicle or None)
        messages[key] += row.inbound_count * max(row.listings, 1)
        latest[key] = max(latest.get(key, row.last_message_at), row.last_message_at)
    theirs = {
        (row["phone"], row["name"], row["status"], row["vehicle"]): row
        for row in _run(connection, QUERIES["responders"])
    }

    _same_top(theirs.values(), "inbound_count", messages.values(), limit=20)
    for key, row in theirs.items():
        assert (row["inbound_count"], _moment(row["last_message_at"])) == (
            messages[key],
            latest[key],
        )
    return len(theirs)


def same_opt_outs(connection: BaseDatabaseWrapper) -> int:
    """The original joins by phone, so that it has neither name nor status for those without one."""
    theirs = [
        (row["phone"], row["name"], row["status"], _moment(row["opted_out_at"]), row["reason"])
        for row in _run(connection, QUERIES["opt_outs"])
    ]
    ours = [
        (row.phone, row.name, row.status.value, row.opted_out_at, row.reason.value)
        if row.phone.startswith("+")
        else (None, None, None, row.opted_out_at, row.reason.value)
        for row in opt_outs()
    ]

    assert Counter(theirs) == Counter(ours)
    assert [row[3] for row in theirs] == [row[3] for row in ours]
    return len(theirs)


def same_leads_by_model(connection: BaseDatabaseWrapper) -> int:
    ours = {(row.make, row.model): row for row in leads_by_model(limit=None)}
    theirs = _run(connection, QUERIES["leads_by_model"])

    _same_top(theirs, "vehicle_count", [row.vehicle_count for row in ours.values()], limit=15)
    for row in theirs:
        assert row == vars(ours[row["make"], row["model"]])
    return len(theirs)


def same_daily_activity(connection: BaseDatabaseWrapper) -> int:
    """The original has a row for each direction of a day, where the report has a column."""
    theirs = [
        (row["date"], row["direction"], row["message_count"])
        for row in _run(connection, QUERIES["daily_activity"])
    ]
    ours = [
        (row.date.isoformat(), direction, count)
        for row in daily_activity()
        for direction, count in (("inbound", row.received), ("outbound", row.sent))
        if count
    ]

    assert Counter(theirs) == Counter(ours)
    assert [row[0] for row in theirs] == [row[0] for row in ours]
    return len(theirs)


def _same_top(
    theirs: Iterable[dict[str, Any]], column: str, ours: Iterable[int], *, limit: int
) -> None:
    """The same values at the top; rows that tie for the last places may differ."""
    assert [row[column] for row in theirs] == sorted(ours, reverse=True)[:limit]


def _run(connection: BaseDatabaseWrapper, sql: str) -> Sequence[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        rows = [map(_as_on_sqlite, row) for row in cursor.fetchall()]
        return [dict(zip(names, row, strict=True)) for row in rows]


def _as_on_sqlite(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if type(value) is date else value


def _moment(value: str | datetime) -> datetime:
    """A time as SQLite keeps it: UTC without saying so; an aggregate of times comes as text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

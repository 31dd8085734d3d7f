"""What the provider reports about a message it accepted: sent, delivered, read, or failed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from messaging.attempts import persistently
from messaging.models import KeptStatus, Message

logger = logging.getLogger(__name__)

# One tick's share of kept statuses: far more than ever wait, and seconds of work at most.
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One status of one message. `token` is that of its callback URL, `at` when we heard of it."""

    sid: str
    status: str
    token: str = ""
    error_code: int | None = None
    error_message: str = ""
    at: datetime = field(default_factory=timezone.now)
    source: str = "webhook"
    address: str = ""


StatusListener = Callable[[StatusReport], bool]


@persistently
@transaction.atomic
def apply_status(report: StatusReport) -> bool:
    """Bring the message up to date with a report, in whatever order reports come.

    The functions of STATUS_LISTENERS see it first. Returns False when nobody knows the message:
    the report is then kept, and applied when the message appears.
    """
    known = _apply(report)
    if not known:
        _keep(report)
    return known


def apply_kept_statuses(now: datetime | None = None) -> int:
    """Apply the kept statuses whose message has appeared; return how many those were.

    Each in a transaction of its own. What is still unknown is tried again after as long as it
    has waited already, so that reports of messages that are not ours cost next to nothing.
    """
    now = now or timezone.now()
    due = KeptStatus.objects.due(now).values_list("pk", flat=True)[:BATCH]
    return sum(_apply_kept(pk, now) for pk in list(due))


@persistently
@transaction.atomic
def _apply_kept(pk: int, now: datetime) -> bool:
    kept = KeptStatus.objects.filter(pk=pk).first()
    if kept is None:  # another worker was faster
        return False
    if not _apply(_report_of(kept)):
        kept.postpone(now)
        return False
    kept.delete()
    return True


def _apply(report: StatusReport) -> bool:
    # Every listener sees the report, also when an earlier one knew the message.
    heard = [listener(report) for listener in _listeners()]
    logged = _apply_to_log(report)
    return logged or any(heard)


def _listeners() -> list[StatusListener]:
    return [import_string(name) for name in settings.STATUS_LISTENERS]


def _apply_to_log(report: StatusReport) -> bool:
    """Move the logged message, found by its sid, or by its token while it has no sid yet."""
    error: dict[str, Any] = {}
    if report.error_code:
        error = {"error_code": report.error_code, "error_message": report.error_message}
    logged = Message.objects.outbound()
    named = logged.filter(message_sid=report.sid)
    if named.advance(report.status, at=report.at, error=error):
        return True
    if not report.token:
        return False
    unnamed = logged.filter(token=report.token, message_sid=None)
    return bool(unnamed.advance(report.status, at=report.at, error=error, message_sid=report.sid))


def _keep(report: StatusReport) -> None:
    KeptStatus.objects.bulk_create(
        [
            KeptStatus(
                message_sid=report.sid,
                token=report.token,
                status=report.status,
                error_code=report.error_code,
                error_message=report.error_message,
                address=report.address,
                received_at=report.at,
                try_at=report.at,
            )
        ],
        ignore_conflicts=True,
    )
    logger.info("Kept the status %s of the unknown message %s.", report.status, report.sid)


def _report_of(kept: KeptStatus) -> StatusReport:
    return StatusReport(
        sid=kept.message_sid,
        status=kept.status,
        token=kept.token,
        error_code=kept.error_code,
        error_message=kept.error_message,
        at=kept.received_at,
        address=kept.address,
    )

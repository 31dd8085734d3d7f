"""What the provider reports about a message it accepted: sent, delivered, read, or failed."""

import logging
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from messaging.kept import KEEP_FOR
from messaging.models import KeptStatus, Message
from messaging.states import (
    ENDS,
    OUTBOUND_STATUSES,
    STATUS_TIMES,
    Direction,
    MessageStatus,
    sources_of,
)
from waproject.core.db.group_commit import Group
from waproject.core.db.retry import persistently
from waproject.core.db.status_steps import Course, Step

logger = logging.getLogger(__name__)

# One tick's share of kept statuses: far more than ever wait, and seconds of work at most.
BATCH = 1_000
SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")

_FORWARD = [status for status in MessageStatus if status not in ENDS]
_COURSE = Course(
    Message,
    key="message_sid",
    sources={status: sources_of(status) for status in _FORWARD},
    times={status: STATUS_TIMES[status] for status in _FORWARD if status in STATUS_TIMES},
    # Not `= outbound`: without statistics PostgreSQL would look through the index of directions.
    # A delivery after a failure concerns more than the message, and so is not simple.
    condition=f"direction <> '{Direction.INBOUND}'"
    f" AND status NOT IN {tuple(sorted(map(str, ENDS)))}",
)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One status of one message. `token` is that of its callback URL, `at` when we heard of it.

    `status` is one of OUTBOUND_STATUSES, or the provider's own word when it is new to us.
    """

    sid: str
    status: str
    token: str = ""
    error_code: int | None = None
    error_message: str = ""
    at: datetime = field(default_factory=timezone.now)
    source: str = "webhook"
    address: str = ""
    # Whether the transaction is shared with other reports: then nothing may be locked but the rows
    # that the sid finds.
    in_company: bool = False

    @property
    def is_understood(self) -> bool:
        """Whether it says something we know of a message that can be found."""
        return self.status in OUTBOUND_STATUSES and bool(SID.fullmatch(self.sid))


# Takes reports in the order in which they came; returns those whose message it knows.
StatusListener = Callable[[Sequence[StatusReport]], Collection[StatusReport]]


def take_note(report: StatusReport) -> None:
    """Apply a report of a webhook, in one transaction with those that come at the same time.

    A report that is not understood is kept as it came and moves nothing.
    """
    if not report.is_understood or not _group.write(report):
        apply_status(report)


@persistently
@transaction.atomic(durable=True)
def apply_together(reports: Sequence[StatusReport]) -> list[bool]:
    """Apply what is simple among reports, in one transaction; return for each whether it was.

    Simple is a step forward of a message that is in the log under its sid and has not failed. The
    others lock more than their own rows, and so must not wait for each other: they are for
    `apply_status`.
    """
    forward = [replace(one, in_company=True) for one in reports if one.status not in ENDS]
    for listener in _listeners():
        listener(forward)
    logged = _COURSE.follow(Step(one.sid, one.status, one.at) for one in forward)
    return [one.sid in logged and one.status not in ENDS for one in reports]


@persistently
@transaction.atomic
def apply_status(report: StatusReport) -> bool:
    """Bring the message up to date with a report, in whatever order reports come.

    The functions of STATUS_LISTENERS see it first. Returns False when nobody knows the message:
    the report is then kept, and applied when the message appears. A report that is not understood
    is kept only to be looked at.
    """
    known = report.is_understood and _apply(report)
    if not known:
        _keep(report)
    return known


def apply_kept_statuses(now: datetime | None = None) -> int:
    """Apply the kept statuses whose message has appeared; return how many those were.

    Each in a transaction of its own. What is still unknown is tried again after as long as it
    has waited already, so that reports of messages that are not ours cost next to nothing. What
    is older than KEEP_FOR is forgotten.
    """
    now = now or timezone.now()
    due = KeptStatus.objects.due(now).values_list("pk", flat=True)[:BATCH]
    applied = sum(_apply_kept(pk, now) for pk in list(due))
    _forget_old(now)
    return applied


def _forget_old(now: datetime) -> None:
    old = KeptStatus.objects.kept_before(now - KEEP_FOR).order_by("received_at")
    share = list(old.values_list("pk", flat=True)[: 10 * BATCH])
    forgotten, _by_model = KeptStatus.objects.filter(pk__in=share).delete()
    if forgotten:
        logger.info("Forgot %d statuses kept for %d days.", forgotten, KEEP_FOR.days)


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
    accept_reported(report.token, report.sid, report.at)
    # Every listener sees the report, also when an earlier one knew the message.
    heard = [listener([report]) for listener in _listeners()]
    logged = _apply_to_log(report)
    return logged or any(heard)


def _listeners() -> list[StatusListener]:
    return [import_string(name) for name in settings.STATUS_LISTENERS]


def _apply_to_log(report: StatusReport) -> bool:
    """Move the logged message, found by its sid, or by its token while it has no sid yet."""
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
                try_at=report.at if report.is_understood else None,
            )
        ],
        ignore_conflicts=True,
    )
    if report.is_understood:
        logger.info("Kept the status %s of the unknown message %s.", report.status, report.sid)
    else:  # without its words: they may be anything
        logger.warning("Kept a status report that says nothing we know.")


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


# A worker has far fewer threads than `most`; it bounds what one transaction locks.
_group = Group(apply_together, most=100, patience=0.003)

"""A report at the door: applied in company with others where it is simple, else alone."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from messaging.delivery.settlement import accept_reported
from messaging.models import Message
from messaging.states import ENDS, STATUS_TIMES, Direction, MessageStatus, sources_of
from messaging.statuses.reports import StatusReport, listeners
from messaging.statuses.unmatched import store_unmatched
from waproject.core.db.group_commit import Group
from waproject.core.db.retry import persistently
from waproject.core.db.status_steps import StatusSteps, Step
from waproject.tenants.scope import PerTenant

_FORWARD = [status for status in MessageStatus if status not in ENDS]
_STEPS = StatusSteps(
    Message,
    key="message_sid",
    sources={status: sources_of(status) for status in _FORWARD},
    times={status: STATUS_TIMES[status] for status in _FORWARD if status in STATUS_TIMES},
    # A delivery after a failure concerns more than the message, and so is not simple.
    without={"direction": [Direction.INBOUND.value], "status": sorted(ENDS)},
)


def apply_report(report: StatusReport) -> None:
    """Apply a report of a webhook, in one transaction with those that come at the same time.

    A report that is not understood is kept as it came and moves nothing.
    """
    if not report.is_understood or not _group_of_this_process().write(report):
        apply_status(report)


@PerTenant
def _group_of_this_process() -> Group[StatusReport, bool]:
    """What threads of this process bring at the same time for one tenant, whose scope writes it.

    A worker has far fewer threads than 100; it bounds what one transaction locks.
    """
    return Group(apply_together, limit=100, patience=0.003)


@persistently
@transaction.atomic(durable=True)
def apply_together(reports: Sequence[StatusReport]) -> list[bool]:
    """Apply what is simple among reports, in one transaction; return for each whether it was.

    Simple is a step forward of a message that is in the log under its sid and has not failed. The
    others lock more than their own rows, and so must not wait for each other: they are for
    `apply_status`. So is the report of a message that was written down only after the listeners
    had looked: their own rows were written with it, and they have not moved them.
    """
    forward = [replace(one, in_company=True) for one in reports if one.status not in ENDS]
    seen = Message.objects.sids_in_log(one.sid for one in forward)
    for listener in listeners():
        listener(forward)
    logged = _STEPS.take(Step(one.sid, one.status, one.at) for one in forward).found
    return [one.sid in logged & seen and one.status not in ENDS for one in reports]


@persistently
@transaction.atomic
def apply_status(report: StatusReport) -> bool:
    """Bring the message up to date with a report, in whatever order reports come.

    The functions of STATUS_LISTENERS see it first. Returns False when nobody knows the message:
    the report is then kept, and applied when the message appears. A report that is not understood
    is kept only to be looked at.
    """
    known = report.is_understood and apply_if_known(report)
    if not known:
        store_unmatched(report)
    return known


def apply_if_known(report: StatusReport) -> bool:
    """Tell every listener, and move the logged message; return whether anybody knows it."""
    accept_reported(report.token, report.sid, report.at)
    # Every listener sees the report, also when an earlier one knew the message.
    heard = [listener([report]) for listener in listeners()]
    logged = _apply_to_log(report)
    return logged or any(heard)


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

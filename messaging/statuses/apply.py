"""A report at the door: applied in company with others where it is simple, else alone."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress

from django.db import transaction

from messaging.models import Message
from messaging.states import ENDS, STATUS_TIMES, Direction, MessageStatus, sources_of
from messaging.statuses.accounts import accounts_of, is_of_another
from messaging.statuses.early import accept_alone, accept_together
from messaging.statuses.reports import StatusReport, listeners
from messaging.statuses.unmatched import store_unmatched
from waproject.core.db.group_commit import Group
from waproject.core.db.retry import persistently
from waproject.core.db.status_steps import StatusSteps, Step
from waproject.tenants.scope import PerTenant

logger = logging.getLogger(__name__)

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

    A worker has far fewer threads than 100; it bounds what one transaction locks. A group costs
    about the same whatever its size, some 4 ms on PostgreSQL, and each of 16 threads is back within
    ten with the next report: so a leader that knows of company waits that long for it.
    """
    return Group(_write_together, limit=100, patience=0.02)


def _write_together(reports: Sequence[StatusReport]) -> list[bool]:
    """Apply what is simple, also where the message is in the log only once its report accepts it.

    The second transaction does not hold what the first one locked.
    """
    are_applied = apply_together(reports)
    left = [one for one, is_applied in zip(reports, are_applied, strict=True) if not is_applied]
    if not accept_together(left):
        return are_applied
    late = iter(apply_together(left))
    return [is_applied or next(late) for is_applied in are_applied]


@persistently
@transaction.atomic(durable=True)
def apply_together(reports: Sequence[StatusReport]) -> list[bool]:
    """Apply what is simple among reports, in one transaction; return for each whether it was.

    Simple is a step forward of a message that is in the log under its sid and has not failed. The
    others lock more than their own rows, and so must not wait for each other: they are for
    `apply_status`. So is the report of another account's message. A message that is not in the log
    yet must be accepted first.
    """
    accounts = accounts_of(one.sid for one in reports if one.status not in ENDS)
    simple = [
        one.status not in ENDS and one.sid in accounts and not is_of_another(one, accounts[one.sid])
        for one in reports
    ]
    forward = [replace(one, in_company=True) for one in compress(reports, simple)]
    for listener in listeners() if forward else ():
        listener(forward)
    logged = _STEPS.take(Step(one.sid, one.status, one.at) for one in forward).found
    return [is_simple and one.sid in logged for one, is_simple in zip(reports, simple, strict=True)]


@persistently
@transaction.atomic
def apply_status(report: StatusReport) -> bool:
    """Bring the message up to date with a report, in whatever order reports come.

    The functions of STATUS_LISTENERS see it first. Returns False when nobody knows the message:
    the report is then kept, and applied when the message appears. A report that is not understood,
    or that another account gives than the message's, is kept only to be looked at.
    """
    known = report.is_understood and apply_if_known(report)
    if not known:
        store_unmatched(report)
    return known


class _OfAnotherAccount(Exception):
    """The message was not sent through the account that reports on it: nothing is to change."""


def apply_if_known(report: StatusReport) -> bool:
    """Tell every listener, and move the logged message; return whether anybody knows it.

    Nobody does, and nothing is changed, when the message is another account's than the report. That
    is looked at last: whatever knows the message has written it down by then.
    """
    try:
        with transaction.atomic():
            return _apply(report)
    except _OfAnotherAccount:
        logger.warning("An account reports on the message %s of another account.", report.sid)
        return False


def _apply(report: StatusReport) -> bool:
    accept_alone(report)
    # Every listener sees the report, also when an earlier one knew the message.
    heard = [listener([report]) for listener in listeners()]
    logged = _apply_to_log(report)
    if report.account_id is not None:
        accounts = accounts_of([report.sid])
        if is_of_another(report, accounts.get(report.sid)):
            raise _OfAnotherAccount
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

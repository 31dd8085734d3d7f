"""Reports whose message is not known yet, or that say nothing we know: stored as they came."""

import logging

from messaging.models import KeptStatus
from messaging.statuses.reports import StatusReport

logger = logging.getLogger(__name__)


def store_unmatched(report: StatusReport) -> None:
    """Store the report, once for each message, status and account that reports it."""
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
                account_id=report.account_id,
            )
        ],
        ignore_conflicts=True,
    )
    if report.is_understood:
        logger.info("Kept the status %s of the unknown message %s.", report.status, report.sid)
    else:  # without its words: they may be anything
        logger.warning("Kept a status report that says nothing we know.")


def report_of(kept: KeptStatus) -> StatusReport:
    """The report as it was stored."""
    return StatusReport(
        sid=kept.message_sid,
        status=kept.status,
        token=kept.token,
        error_code=kept.error_code,
        error_message=kept.error_message,
        at=kept.received_at,
        address=kept.address,
        account_id=kept.account_id,
    )

"""Following what the provider reports about a recipient's message."""

from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from campaigns import reasons
from campaigns.models import Recipient
from campaigns.moves import move
from campaigns.sending import consequences, retries
from campaigns.sending.settlement import record_accepted
from campaigns.states import RecipientStatus, StatusSource
from messaging.statuses import StatusReport
from messaging.twilio.errors import classify

# The provider's words for what has not left yet are our "sent": the provider has the message.
STATUS_OF = {
    "delivered": RecipientStatus.DELIVERED,
    "read": RecipientStatus.READ,
    "failed": RecipientStatus.FAILED,
    "canceled": RecipientStatus.FAILED,
    "undelivered": RecipientStatus.UNDELIVERED,
}
TIME_OF = {
    RecipientStatus.DELIVERED: "delivered_at",
    RecipientStatus.READ: "read_at",
    RecipientStatus.FAILED: "failed_at",
    RecipientStatus.UNDELIVERED: "failed_at",
}


@transaction.atomic
def follow_status(report: StatusReport) -> bool:
    """Bring the recipient of a status report up to date; False when it is none of ours.

    The recipient is found by the sid or, when the answer to its request has not been written
    down (yet), by the token of the callback URL: the report itself then proves that the provider
    accepted the message. The funnel moves forward only; a late status fills in its own time. A
    failure that can pass queues the recipient again, with a new token.
    """
    recipient = _find(report)
    if recipient is None:
        return False
    source = StatusSource(report.source)
    if recipient.message_sid != report.sid:
        record_accepted(recipient.campaign, [(recipient, report.sid, report.at)], source=source)
        recipient.refresh_from_db()
    target = STATUS_OF.get(report.status)
    # A second message of the same recipient is in the log by now; it does not move the first.
    if target is not None and recipient.message_sid == report.sid:
        _advance(recipient, target, report, source)
    return True


def _find(report: StatusReport) -> Recipient | None:
    rows = Recipient.objects.select_related("campaign")
    by_sid = rows.filter(message_sid=report.sid).first()
    if by_sid is not None or not report.token:
        return by_sid
    return rows.filter(token=report.token).first()


def _advance(
    recipient: Recipient, target: RecipientStatus, report: StatusReport, source: StatusSource
) -> None:
    # By its sid too: it may have been queued again meanwhile.
    row = Recipient.objects.filter(pk=recipient.pk, message_sid=report.sid)
    column = TIME_OF[target]
    time = Coalesce(F(column), Value(report.at))
    if target not in (RecipientStatus.FAILED, RecipientStatus.UNDELIVERED):
        times: dict[str, Any] = {column: time}
        if not move(row, target, at=report.at, source=source, **times):
            row.update(**times)
        return
    rule = classify(report.error_code)
    moved = move(
        row,
        target,
        at=report.at,
        source=source,
        metadata={"code": report.error_code},
        failed_at=time,
        reason=reasons.words(rule.meaning),
        error_code=report.error_code,
        error_message=report.error_message,
    )
    if moved:
        consequences.apply(recipient.campaign_id, recipient.contact_id, rule)
        retries.retry_late(recipient, rule, at=report.at, source=source)

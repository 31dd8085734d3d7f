"""Following what the provider reports about a recipient's message."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from campaigns import reasons
from campaigns.models import Recipient
from campaigns.moves import HISTORY_OF_STEPS, move
from campaigns.sending import consequences, retries
from campaigns.sending.settlement import record_accepted
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from contacts.bulk_update import Course, Step
from messaging.statuses import StatusReport
from messaging.twilio.errors import classify

# The provider's words for what has not left yet are our "sent": the provider has the message.
ARRIVED = {"delivered": RecipientStatus.DELIVERED, "read": RecipientStatus.READ}
FAILED = {
    "failed": RecipientStatus.FAILED,
    "canceled": RecipientStatus.FAILED,
    "undelivered": RecipientStatus.UNDELIVERED,
}
_COURSE = Course(
    Recipient,
    key="message_sid",
    sources={to: sources_of(to, RECIPIENT_TRANSITIONS) for to in ARRIVED.values()},
    times={RecipientStatus.DELIVERED: "delivered_at", RecipientStatus.READ: "read_at"},
    history=HISTORY_OF_STEPS,
)


@transaction.atomic(savepoint=False)
def follow_statuses(reports: Sequence[StatusReport]) -> set[StatusReport]:
    """Bring the recipients of status reports up to date; return the reports that are of ours.

    A recipient is found by the sid or, when the answer to its request has not been written
    down (yet), by the token of the callback URL: the report itself then proves that the provider
    accepted the message. The funnel moves forward only; a late status fills in its own time. A
    failure that can pass queues the recipient again, with a new token.
    """
    ours = _go_forward(reports)
    plain = [one for one in reports if one.sid in ours and one.status not in FAILED]
    others = [
        one for one in reports if (one.status in FAILED if one.sid in ours else bool(one.token))
    ]
    return {*plain, *(one for one in others if _follow(one))}


def _go_forward(reports: Iterable[StatusReport]) -> set[str]:
    """Lock the recipients of reports and move those that arrived; return the sids that are ours."""
    return _COURSE.follow(
        Step(one.sid, ARRIVED.get(one.status, ""), one.at, StatusSource(one.source))
        for one in reports
    )


def _follow(report: StatusReport) -> bool:
    """Apply a report that concerns more than the recipient's own row; False: none of ours."""
    recipient = _find(report)
    if recipient is None:
        return False
    source = StatusSource(report.source)
    if recipient.message_sid != report.sid:
        record_accepted(recipient.campaign, [(recipient, report.sid, report.at)], source=source)
        recipient.refresh_from_db()
    # A second message of the same recipient is in the log by now; it does not move the first.
    if recipient.message_sid == report.sid:
        if report.status in FAILED:
            _fail(recipient, report, source)
        else:
            _go_forward([report])
    return True


def _find(report: StatusReport) -> Recipient | None:
    rows = Recipient.objects.select_related("campaign")
    by_sid = rows.filter(message_sid=report.sid).first()
    if by_sid is not None or not report.token:
        return by_sid
    return rows.filter(token=report.token).first()


def _fail(recipient: Recipient, report: StatusReport, source: StatusSource) -> None:
    rule = classify(report.error_code)
    moved = move(
        # By its sid too: it may have been queued again meanwhile.
        Recipient.objects.filter(pk=recipient.pk, message_sid=report.sid),
        FAILED[report.status],
        at=report.at,
        source=source,
        metadata={"code": report.error_code},
        failed_at=Coalesce(F("failed_at"), Value(report.at)),
        reason=reasons.words(rule.meaning),
        error_code=report.error_code,
        error_message=report.error_message,
    )
    if moved:
        consequences.apply(recipient.campaign_id, recipient.contact_id, rule)
        retries.retry_late(recipient, rule, at=report.at, source=source)

"""Following what the provider reports about a recipient's message."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from campaigns.models import Recipient
from campaigns.sending import retries
from campaigns.sending.pauses import pause_by_rule
from campaigns.sending.streams import as_claimed
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from campaigns.tracking import late_deliveries
from campaigns.transitions import move, record_steps
from messaging.delivery.reasons import why_refused
from messaging.delivery.settling.error_actions import apply_to_person, lock_people
from messaging.delivery.settling.settlement import record_accepted
from messaging.providers.errors import Action
from messaging.statuses.accounts import account_of
from messaging.statuses.reports import StatusReport
from waproject.core.db.status_steps import StatusSteps, Step

# Earlier statuses of the provider move nothing: for a recipient, accepted is "sent".
ARRIVED = {"delivered": RecipientStatus.DELIVERED, "read": RecipientStatus.READ}
FAILED = {
    "failed": RecipientStatus.FAILED,
    "canceled": RecipientStatus.FAILED,
    "undelivered": RecipientStatus.UNDELIVERED,
}
_STEPS = StatusSteps(
    Recipient,
    key="message_sid",
    sources={to: sources_of(to, RECIPIENT_TRANSITIONS) for to in ARRIVED.values()},
    times={RecipientStatus.DELIVERED: "delivered_at", RecipientStatus.READ: "read_at"},
    # A delivery after a failure concerns more than the recipient's own row.
    without={"status": sorted({*map(str, FAILED.values())})},
)


@transaction.atomic(savepoint=False)
def follow_statuses(reports: Sequence[StatusReport]) -> set[StatusReport]:
    """Bring the recipients of status reports up to date; return the reports that are of ours.

    A recipient is found by the sid; by the token of the callback URL, when its delivery was given
    up though the provider had accepted it; or by the log, when the message was given up for a
    retry. The funnel moves forward only; a late status fills in its own time. A failure that can
    pass queues the recipient again, with a new token; a delivery after a failure undoes what the
    failure did.

    Of reports that share a transaction (`in_company`), only those are followed whose recipient is
    found by the sid and which change nothing but that recipient.
    """
    forward = [one for one in reports if one.status not in FAILED]
    ours = _go_forward(forward)
    plain = {one for one in forward if one.sid in ours}
    others = [one for one in reports if one not in plain and not one.in_company]
    return plain | {one for one in others if _follow(one)}


def _go_forward(reports: Iterable[StatusReport]) -> set[str]:
    """Lock the recipients of reports, move them to delivered or read; return the sids found."""
    found, moves = _STEPS.take(
        Step(one.sid, ARRIVED.get(one.status, ""), one.at, StatusSource(one.source).value)
        for one in reports
    )
    record_steps(moves)
    return found


def _follow(report: StatusReport) -> bool:
    """Apply a report that changes more than the recipient's own row; False: no recipient has it."""
    recipient = _find(report)
    if recipient is None:
        return False
    # Before the recipient, as everywhere: a failure or its disproof may change the person too.
    lock_people([(recipient.contact_id, recipient.phone)])
    source = StatusSource(report.source)
    if recipient.message_sid != report.sid and recipient.token == report.token:
        # Its delivery is gone (failed or skipped), and the message was accepted all the same.
        record_accepted([(as_claimed(recipient), report.sid, report.at)], origin=report.source)
    if report.status in FAILED:
        _fail(recipient, report, source)
    elif report.status in ARRIVED:
        late_deliveries.reinstate(recipient, report.sid, at=report.at, source=source)
        _go_forward([report])
    return True


def _find(report: StatusReport) -> Recipient | None:
    rows = Recipient.objects.select_related("campaign__sender")
    found = rows.filter(message_sid=report.sid).first()
    if found is None and report.token:
        found = rows.filter(token=report.token).first()
    return found or late_deliveries.recipient_of_former_attempt(report.sid)


def _fail(recipient: Recipient, report: StatusReport, source: StatusSource) -> None:
    # The sender may have another account by now, even that of another provider.
    account = account_of(report.sid) or recipient.campaign.sender.account
    rule = account.api.classify_error(report.error_code)
    why = why_refused(account.provider, rule)
    moved = move(
        # By its sid: it may have been queued again meanwhile, or have a first message already.
        Recipient.objects.filter(pk=recipient.pk, message_sid=report.sid),
        FAILED[report.status],
        at=report.at,
        source=source,
        metadata={"code": report.error_code},
        failed_at=report.at,
        reason=why.code,
        reason_details=why.details,
        error_code=report.error_code,
        error_message=report.error_message,
    )
    # An opt-out counts even when the message was delivered before or after it.
    if moved or rule.action is Action.OPT_OUT:
        channel = recipient.campaign.sender.channel
        apply_to_person(recipient.contact_id, rule, recipient.phone, channel)
        pause_by_rule(recipient.campaign_id, rule)
    if moved:
        recipient.refresh_from_db(fields=["message_sid", "retries"])
        if not late_deliveries.return_to_what_arrived(recipient, at=report.at, source=source):
            retries.retry_late(recipient, rule, at=report.at, source=source)

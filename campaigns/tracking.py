"""Following what the provider reports about a recipient's message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from campaigns import reasons
from campaigns.models import Recipient
from campaigns.moves import Move, move, record_moves
from campaigns.sending import consequences, retries
from campaigns.sending.settlement import record_accepted
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from contacts.bulk_update import lock_rows, move_forward
from messaging.statuses import StatusReport
from messaging.twilio.errors import classify

# The provider's words for what has not left yet are our "sent": the provider has the message.
ARRIVED = {"delivered": RecipientStatus.DELIVERED, "read": RecipientStatus.READ}
FAILED = {
    "failed": RecipientStatus.FAILED,
    "canceled": RecipientStatus.FAILED,
    "undelivered": RecipientStatus.UNDELIVERED,
}
TIME_OF = {RecipientStatus.DELIVERED: "delivered_at", RecipientStatus.READ: "read_at"}


@dataclass(slots=True)
class _Row:
    """A recipient whose row is locked."""

    pk: int
    status: str


@transaction.atomic(savepoint=False)
def follow_statuses(reports: Sequence[StatusReport]) -> set[StatusReport]:
    """Bring the recipients of status reports up to date; return the reports that are of ours.

    A recipient is found by the sid or, when the answer to its request has not been written
    down (yet), by the token of the callback URL: the report itself then proves that the provider
    accepted the message. The funnel moves forward only; a late status fills in its own time. A
    failure that can pass queues the recipient again, with a new token.
    """
    rows = _lock(report.sid for report in reports)
    plain = [one for one in reports if one.sid in rows and one.status not in FAILED]
    _move_forward(plain, rows)
    others = [
        one for one in reports if (one.status in FAILED if one.sid in rows else bool(one.token))
    ]
    return {*plain, *(one for one in others if _follow(one))}


def _lock(sids: Iterable[str]) -> dict[str, _Row]:
    """The recipients that have these sids, by sid; locked in the order of all movers."""
    columns = ("message_sid", "id", "status")
    locked = lock_rows(Recipient, columns, by="message_sid", among=set(sids))
    return {sid: _Row(pk, status) for sid, pk, status in locked}


def _move_forward(reports: Sequence[StatusReport], rows: dict[str, _Row]) -> None:
    """Apply reports of messages that left or arrived, in their order, to locked recipients."""
    moves: list[Move] = []
    moments: dict[RecipientStatus, dict[int, datetime]] = {}
    for report in reports:
        row, target = rows[report.sid], ARRIVED.get(report.status)
        if target is None:
            continue
        moments.setdefault(target, {}).setdefault(row.pk, report.at)
        if target in RECIPIENT_TRANSITIONS.get(row.status, ()):
            moves.append(Move(row.pk, row.status, target, report.at, StatusSource(report.source)))
            row.status = target
    for target, those in moments.items():
        sources = sources_of(target, RECIPIENT_TRANSITIONS)
        move_forward(Recipient, those, to=target, sources=sources, column=TIME_OF[target])
    record_moves(moves)


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
            _move_forward([report], _lock([report.sid]))
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

"""Deliveries that are reported after a failure: the person has the message after all.

The order of reports says nothing: a failure that comes after the delivery changes nothing, and so
a delivery that comes after the failure undoes what the failure did. A retry that has not left is
called back; one that has left stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from campaigns.models import Campaign, Recipient
from campaigns.pauses import end_pause
from campaigns.states import RecipientStatus, StatusSource
from campaigns.transitions import lock_movable, record_changes
from contacts.models import Contact
from messaging.delivery import queue
from messaging.models import Message
from messaging.providers.errors import Action, ErrorRule
from messaging.querysets import NO_ERROR, MessageQuerySet
from messaging.states import ARRIVED

CAUSE = "delivered after all"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message to a recipient that was reported as failed: its sid, where and when, the code."""

    sid: str
    phone: str
    sent_at: datetime
    error_code: str | None


def recipient_of_former_attempt(sid: str) -> Recipient | None:
    """The recipient whose message with this sid was given up for a retry."""
    rows = Recipient.objects.select_related("campaign")
    if last := rows.filter(given_up_sid=sid).first():
        return last
    # It may have been given up more than once; the log knows all attempts.
    message = Message.objects.outbound().filter(message_sid=sid, campaign_id__isnull=False).first()
    if message is None:
        return None
    return rows.filter(campaign=message.campaign_id, contact=message.contact_id).first()


def reinstate(recipient: Recipient, sid: str, *, at: datetime, source: StatusSource) -> bool:
    """Make a message that arrived after all the recipient's own again, as sent.

    That is where the recipient failed, or has a retry that has not left (pending or skipped). What
    the failure did to the person and to the campaign is undone. The caller has locked the person,
    and reports the delivery itself after this. Returns whether it moved.
    """
    attempt = _attempt(recipient, sid, at)
    moved = _move_to_sent(recipient, attempt, at=at, source=source)
    if attempt.error_code:
        rule = recipient.campaign.sender.provider.classify_error(attempt.error_code)
        _undo(recipient, attempt.sent_at, rule)
    return moved


def return_to_what_arrived(recipient: Recipient, *, at: datetime, source: StatusSource) -> bool:
    """When a retry failed whose former attempt arrived: make that one the recipient's own.

    Without this the person would be written to again. False when no other attempt arrived.
    """
    others = _messages_to(recipient).exclude(message_sid=recipient.message_sid)
    message = others.filter(status__in=ARRIVED).order_by("pk").first()
    if message is None:
        return False
    attempt = Attempt(message.message_sid or "", message.phone, message.created_at, None)
    _move_to_sent(recipient, attempt, at=at, source=source)
    to, row = RecipientStatus(message.status), Recipient.objects.filter(pk=recipient.pk)
    locked = lock_movable(row, to)
    row.advance(to, delivered_at=message.delivered_at, read_at=message.read_at)
    record_changes(locked, to, at=at, source=source)
    return True


def _undo(recipient: Recipient, sent_at: datetime, rule: ErrorRule) -> None:
    """Take back what an error did whose message, sent at `sent_at`, was delivered after all.

    What the failure of a later message says as well stands; so does an opt-out, which only the
    person or a member of staff undoes. The caller has locked the person.
    """
    person = Contact.objects.filter(pk=recipient.contact_id)
    if rule.action is Action.MARK_INVALID:
        if not _is_said_later(recipient, sent_at, rule):
            person.take_back_invalid()
    elif rule.action is Action.BLOCK_CHANNEL:
        channel = recipient.campaign.sender.channel
        if not _is_said_later(recipient, sent_at, rule, channel):
            person.unblock_channel(channel)
    elif rule.pause_after:
        end_pause(recipient, rule)


def _is_said_later(
    recipient: Recipient, sent_at: datetime, rule: ErrorRule, channel: str | None = None
) -> bool:
    """Whether a later message to the person, on that channel if one is given, failed likewise.

    Both are asked: the log, which has what the provider took, and the recipients, since what it
    refused at once is not in the log. Earlier failures are disproved as well.
    """
    codes = recipient.campaign.sender.provider.codes_for(rule.action)
    met: dict[str, Any] = {"contact": recipient.contact_id, "error_code__in": codes}
    logged = Message.objects.outbound().filter(**met, created_at__gt=sent_at)
    refused = Recipient.objects.failed().filter(
        **met, message_sid__isnull=True, failed_at__gt=sent_at
    )
    if channel:
        logged = logged.filter(conversation__sender__channel=channel)
        refused = refused.filter(campaign__sender__channel=channel)
    return logged.exists() or refused.exists()


def _messages_to(recipient: Recipient) -> MessageQuerySet:
    return Message.objects.outbound().filter(
        campaign_id=recipient.campaign_id, contact=recipient.contact_id
    )


def _attempt(recipient: Recipient, sid: str, at: datetime) -> Attempt:
    """What the log knows of an attempt, before the delivery is noted there."""
    message = _messages_to(recipient).filter(message_sid=sid).first()
    if message is not None:
        return Attempt(sid, message.phone, message.created_at, message.error_code)
    return Attempt(sid, recipient.phone, recipient.sent_at or at, recipient.error_code)


def _move_to_sent(
    recipient: Recipient, attempt: Attempt, *, at: datetime, source: StatusSource
) -> bool:
    row = Recipient.objects.filter(pk=recipient.pk)
    # A retry that has not left is called back. First, as everywhere: deliveries before recipients.
    queue.withdraw(list(row.values_list("token", flat=True)))
    locked = lock_movable(row, RecipientStatus.SENT)
    if not locked:
        return False
    sid, sent_at = row.values_list("message_sid", "sent_at").get()
    row.advance(
        RecipientStatus.SENT,
        message_sid=attempt.sid,
        phone=attempt.phone,
        given_up_sid=None,
        sent_at=sent_at if sid == attempt.sid else attempt.sent_at,
        **dict.fromkeys(("failed_at", "skipped_at")),
        reason="",
        **NO_ERROR,
    )
    metadata = {"cause": CAUSE, "code": attempt.error_code}
    record_changes(locked, RecipientStatus.SENT, at=at, source=source, metadata=metadata)
    if sent_at is None:
        Campaign.objects.filter(pk=recipient.campaign_id).update(sent_count=F("sent_count") + 1)
    return True

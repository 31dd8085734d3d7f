"""Deliveries that are reported after a failure: the person has the message after all.

The order of reports says nothing: a failure that comes after the delivery changes nothing, and so
a delivery that comes after the failure undoes what the failure did. A retry that has not left is
called back; one that has left stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from campaigns.models import Campaign, Recipient
from campaigns.sending.pauses import end_pause
from campaigns.states import RecipientStatus, StatusSource
from campaigns.transitions import lock_movable, record_changes
from messaging.delivery import queue
from messaging.delivery.settling.error_actions import ABOUT_THE_PERSON, is_said_later, take_back
from messaging.models import Message
from messaging.models.querysets import NO_ERROR, MessageQuerySet
from messaging.providers.base import Provider
from messaging.providers.errors import Action, ErrorRule
from messaging.states import ARRIVED

CAUSE = "delivered_after_all"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message to a recipient that was reported as failed: its sid, where and when, the code.

    `provider` is the one that gave the code.
    """

    sid: str
    phone: str
    sent_at: datetime
    error_code: str | None
    provider: Provider


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
        _undo(recipient, attempt)
    return moved


def return_to_what_arrived(recipient: Recipient, *, at: datetime, source: StatusSource) -> bool:
    """When a retry failed, return to the attempt before it, if that one arrived.

    Without this the person would be written to again. False when no other attempt arrived.
    """
    others = _messages_to(recipient).exclude(message_sid=recipient.message_sid)
    message = others.filter(status__in=ARRIVED).order_by("pk").first()
    if message is None:
        return False
    _move_to_sent(recipient, _logged(message, recipient, None), at=at, source=source)
    to, row = RecipientStatus(message.status), Recipient.objects.filter(pk=recipient.pk)
    locked = lock_movable(row, to)
    row.advance(to, delivered_at=message.delivered_at, read_at=message.read_at)
    record_changes(locked, to, at=at, source=source)
    return True


def _undo(recipient: Recipient, attempt: Attempt) -> None:
    """Take back what the error of an attempt did that was delivered after all.

    It stays in force where a later message failed with the same error. An opt-out always stays:
    only the person or a member of staff undoes it. The caller has locked the person.
    """
    rule = attempt.provider.classify_error(attempt.error_code)
    if rule.action in ABOUT_THE_PERSON:
        if not _is_said_later(recipient, attempt, rule):
            take_back(recipient.contact_id, rule, recipient.campaign.sender.channel)
    elif rule.pause_after:
        end_pause(recipient, rule)


def _is_said_later(recipient: Recipient, attempt: Attempt, rule: ErrorRule) -> bool:
    """Whether a later message to the person, on the same channel if that was blocked, failed so.

    Asks the log, which has the messages that the provider accepted, and the recipients, since a
    message that was refused at once is not in the log. Earlier failures do not count.
    """
    channel, person, since = (
        recipient.campaign.sender.channel,
        recipient.contact_id,
        attempt.sent_at,
    )
    codes = attempt.provider.codes_for(rule.action)
    refused = Recipient.objects.failed().filter(
        contact=person, error_code__in=codes, message_sid__isnull=True, failed_at__gt=since
    )
    if rule.action is Action.BLOCK_CHANNEL:
        refused = refused.filter(campaign__sender__channel=channel)
    return is_said_later(person, rule, codes, since, channel) or refused.exists()


def _messages_to(recipient: Recipient) -> MessageQuerySet:
    messages = Message.objects.outbound().select_related("account")
    return messages.filter(campaign_id=recipient.campaign_id, contact=recipient.contact_id)


def _attempt(recipient: Recipient, sid: str, at: datetime) -> Attempt:
    """What the log knows of an attempt, before the delivery is noted there."""
    message = _messages_to(recipient).filter(message_sid=sid).first()
    if message is not None:
        return _logged(message, recipient, message.error_code)
    provider, sent_at = recipient.campaign.sender.provider, recipient.sent_at or at
    return Attempt(sid, recipient.phone, sent_at, recipient.error_code, provider)


def _logged(message: Message, recipient: Recipient, error_code: str | None) -> Attempt:
    """An attempt as it stands in the log; the sender may have another account by now."""
    account = message.account or recipient.campaign.sender.account
    sid = message.message_sid or ""
    return Attempt(sid, message.phone, message.created_at, error_code, account.api)


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
        reason_details={},
        **NO_ERROR,
    )
    metadata = {"cause": CAUSE, "code": attempt.error_code}
    record_changes(locked, RecipientStatus.SENT, at=at, source=source, metadata=metadata)
    if sent_at is None:
        Campaign.objects.filter(pk=recipient.campaign_id).update(sent_count=F("sent_count") + 1)
    return True

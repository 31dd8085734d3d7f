"""The log of messages that did not leave, for those sources whose people wait for them."""

from typing import Any

from messaging.content import ATTACHED, NOT_SENT, NOT_SENT_DETAILS
from messaging.delivery.sources import Change
from messaging.models import Conversation, Message
from messaging.states import Direction, MessageStatus


def log_unsent(one: Change, *, is_test: bool = False) -> None:
    """Show in the conversation, if there is one, a message that failed, with the reason."""
    talks = Conversation.objects.filter(sender=one.stream.sender_id, contact=one.contact_id)
    Message.objects.create(
        conversation=talks.first(),
        contact_id=one.contact_id,
        account_id=one.stream.sender.account_id,
        direction=Direction.OUTBOUND,
        is_test=is_test,
        phone=one.address,
        body=one.body,
        content=_content(one),
        token=one.token,
        status=MessageStatus.FAILED,
        error_code=one.error_code,
        error_message=one.error_message,
        created_at=one.at,
        failed_at=one.at,
    )


def _content(one: Change) -> dict[str, Any]:
    """Who wrote it, with which file, and why it did not leave unless the provider says so."""
    written: dict[str, Any] = {"by": one.asked_by} if one.asked_by else {}
    if one.attached:
        written[ATTACHED] = one.attached
    if one.error_code or not one.why:
        return written
    return {**written, NOT_SENT: one.why.code, NOT_SENT_DETAILS: one.why.details}

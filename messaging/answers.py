"""What a member of staff answers in a conversation: it leaves before any campaign.

There is no row for an answer but its delivery: the conversation's page shows that while it waits,
and the log of messages afterwards, the answer that could not leave too.
"""

from datetime import datetime, timedelta

from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.actions import ConversationAction
from messaging.delivery import queue, reasons
from messaging.delivery.models import DeliveryQuerySet
from messaging.delivery.sources import Change, News, Source
from messaging.delivery.states import Priority
from messaging.models import Channel, Conversation, Delivery, Message, Sender
from messaging.states import Direction, MessageStatus
from optouts.reachability import Barrier, Purpose, Row, barrier
from waproject.accounts.actors import Actor, user_of
from waproject.accounts.models import User
from waproject.audit.acting import acting

KIND = "answer"
# An answer that could not leave for so long is not sent any more: it would be out of place.
VALID_FOR = timedelta(hours=24)
LONGEST = 1_600


_PERSON = Row(contact="contact", until="until", asked_at="asked_at")


class CannotAnswer(Exception):
    """Why nothing can be written in a conversation now. Its text is a sentence."""


def answer(conversation_id: int, text: str, *, by: Actor) -> Delivery:
    """Send a text to the person of a conversation, before everything else that waits.

    Raises CannotAnswer when WhatsApp takes no free text now, when the person may not be written to,
    or when the sender is switched off.
    """
    with acting(by, ConversationAction.ANSWER) as event:
        rows = Conversation.objects.select_related("sender", "contact")
        conversation = rows.select_for_update(of=("self",), no_key=True).get(pk=conversation_id)
        if refusal := why_not(conversation):
            raise CannotAnswer(str(refusal))
        event.about = conversation
        return _enqueue(conversation, text, user_of(by))


def _enqueue(conversation: Conversation, text: str, user: User | None) -> Delivery:
    sender, contact = conversation.sender, conversation.contact
    stream = queue.open_stream(sender.pk, KIND, priority=Priority.PERSON, purpose=Purpose.REPLY)
    address = contact.phone if sender.channel == Channel.SMS else contact.address
    item = queue.Item(
        contact_id=contact.pk,
        address=address or "",
        body=text,
        valid_until=_valid_until(conversation),
        asked_at=timezone.now(),
        asked_by_id=user.pk if user else None,
    )
    queue.enqueue(stream, [item])
    return Delivery.objects.get(token=item.token)


def why_not(conversation: Conversation) -> reasons.Text | None:
    """Why nobody can answer in this conversation now; None when they can."""
    sender = conversation.sender
    if sender.status == Sender.Status.DISABLED:
        return _("The sender is switched off.")
    if sender.channel == Channel.WHATSAPP and not conversation.window_is_open(timezone.now()):
        return _("WhatsApp takes free text only within 24 hours of the person's last message.")
    rows = Conversation.objects.filter(pk=conversation.pk).annotate(
        until=Value(_valid_until(conversation)), asked_at=Value(timezone.now())
    )
    code = rows.values_list(barrier(sender.channel, Purpose.REPLY, _PERSON), flat=True).get()
    if code:
        return _("This person may not be written to: %(reason)s.") % {"reason": Barrier(code).label}
    return None


def _valid_until(conversation: Conversation) -> datetime:
    """The end of WhatsApp's window; a day from now elsewhere."""
    if conversation.sender.channel == Channel.WHATSAPP and conversation.window_expires_at:
        return conversation.window_expires_at
    return timezone.now() + VALID_FOR


def waiting_answers(conversation: Conversation) -> DeliveryQuerySet:
    """The answers of a conversation that have not left, oldest first."""
    rows = Delivery.objects.filter(contact=conversation.contact_id, stream__kind=KIND)
    return rows.filter(stream__sender=conversation.sender_id).order_by("pk")


def became(news: News) -> None:
    """Log the answers that did not leave, so that whoever wrote them sees why."""
    for one in (*news.failed, *news.skipped):
        _log_failed(one)


def _log_failed(one: Change) -> None:
    conversation = Conversation.objects.filter(sender=one.stream.sender_id, contact=one.contact_id)
    Message.objects.create(
        conversation=conversation.first(),
        contact_id=one.contact_id,
        direction=Direction.OUTBOUND,
        phone=one.address,
        body=one.body,
        content={"by": one.asked_by} if one.asked_by else {},
        token=one.token,
        status=MessageStatus.FAILED,
        error_code=one.error_code,
        error_message=one.error_message or one.reason,
        created_at=one.at,
        failed_at=one.at,
    )


SOURCE = Source(became)

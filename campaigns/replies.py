"""Crediting an answer to the campaign that it answers."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from campaigns.models import Recipient
from campaigns.moves import move
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from contacts.bulk_insert import driver_moment
from messaging.inbound import Inbound, Reply
from messaging.models import Message

CREDIT_FOR = timedelta(days=7)

# As text: composing it takes the ORM longer than the database takes to answer.
_LAST_SENT = (
    "SELECT id, campaign_id, status FROM campaign_recipients"
    " WHERE contact_id = %s AND sent_at >= %s AND status NOT IN (%s, %s)"
    " ORDER BY sent_at DESC, id DESC LIMIT 1"
)


def credit_campaign(inbound: Inbound) -> Reply | None:
    """Credit an inbound message to the campaign that the person last received, within 7 days.

    Marks the recipient as replied (the first answer only) and the message as the campaign's.
    Never answers anything itself.
    """
    now = timezone.now()
    last = _last_sent(inbound.contact.pk, since=now - CREDIT_FOR)
    if last is None:
        return None
    pk, campaign_id, status = last
    if status in sources_of(RecipientStatus.REPLIED, RECIPIENT_TRANSITIONS):
        move(
            Recipient.objects.filter(pk=pk),
            RecipientStatus.REPLIED,
            at=now,
            source=StatusSource.WEBHOOK,
            metadata={"message": inbound.message.pk},
            replied_at=now,
        )
    Message.objects.filter(pk=inbound.message.pk).update(campaign_id=campaign_id)
    return None


def _last_sent(contact_id: int, *, since: datetime) -> tuple[int, int, str] | None:
    """The person's last recipient that was sent and did not fail: id, campaign, status."""
    not_received = (RecipientStatus.FAILED.value, RecipientStatus.UNDELIVERED.value)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SENT, [contact_id, driver_moment(since), *not_received])
        found: tuple[int, int, str] | None = cursor.fetchone()
    return found

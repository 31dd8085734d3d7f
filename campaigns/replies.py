"""Crediting an answer to the campaign that it answers."""

from datetime import timedelta

from django.utils import timezone

from campaigns.models import Recipient
from campaigns.moves import move
from campaigns.states import RecipientStatus, StatusSource
from messaging.inbound import Inbound, Reply
from messaging.models import Message

CREDIT_FOR = timedelta(days=7)


def credit_campaign(inbound: Inbound) -> Reply | None:
    """Credit an inbound message to the campaign that the person last received, within 7 days.

    Marks the recipient as replied (the first answer only) and the message as the campaign's.
    Never answers anything itself.
    """
    now = timezone.now()
    last = (
        Recipient.objects.filter(contact=inbound.contact, sent_at__gte=now - CREDIT_FOR)
        .exclude(status__in=[RecipientStatus.FAILED, RecipientStatus.UNDELIVERED])
        .order_by("-sent_at", "-pk")
        .only("pk", "campaign_id")
        .first()
    )
    if last is None:
        return None
    move(
        Recipient.objects.filter(pk=last.pk),
        RecipientStatus.REPLIED,
        at=now,
        source=StatusSource.WEBHOOK,
        metadata={"message": inbound.message.pk},
        replied_at=now,
    )
    Message.objects.filter(pk=inbound.message.pk).update(campaign_id=last.campaign_id)
    return None

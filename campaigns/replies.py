"""Crediting an answer to the campaign that it answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from campaigns.models import Recipient
from campaigns.moves import lock_movable, record_changes
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from contacts.bulk_insert import driver_moment
from contacts.membership import as_parameter, is_among
from messaging.inbound import Inbound, Reply
from messaging.models import Message

CREDIT_FOR = timedelta(days=7)

# As text: composing it takes the ORM longer than the database takes to answer.
_SENT = (
    "SELECT contact_id, id, campaign_id, status FROM campaign_recipients"
    " WHERE {} AND sent_at >= %s AND status NOT IN (%s, %s) ORDER BY sent_at DESC, id DESC"
)


class _Sent(NamedTuple):
    """A recipient that was sent and did not fail."""

    contact_id: int
    pk: int
    campaign_id: int
    status: str


def credit_campaign(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Credit inbound messages to the campaign that the person last received, within 7 days.

    Marks the recipients as replied (the first answer only) and the messages as the campaign's.
    Never answers anything itself.
    """
    now = timezone.now()
    last = _last_sent((one.contact.pk for one in arrived), since=now - CREDIT_FOR)
    credited = [(one.message.pk, last[one.contact.pk]) for one in arrived if one.contact.pk in last]
    movable = sources_of(RecipientStatus.REPLIED, RECIPIENT_TRANSITIONS)
    _mark_replied({sent.pk: pk for pk, sent in credited if sent.status in movable}, at=now)
    for campaign_id in {sent.campaign_id for _pk, sent in credited}:
        those = [pk for pk, sent in credited if sent.campaign_id == campaign_id]
        Message.objects.filter(pk__in=those).update(campaign_id=campaign_id)
    return {}


def _mark_replied(message_of: Mapping[int, int], *, at: datetime) -> None:
    """Move recipients, by id, to replied; each has the id of the message that says so."""
    if not message_of:
        return
    locked = lock_movable(Recipient.objects.filter(pk__in=message_of), RecipientStatus.REPLIED)
    Recipient.objects.filter(pk__in=locked).advance(RecipientStatus.REPLIED, replied_at=at)
    record_changes(
        locked,
        RecipientStatus.REPLIED,
        at=at,
        source=StatusSource.WEBHOOK,
        each={pk: {"message": message} for pk, message in message_of.items()},
    )


def _last_sent(contact_ids: Iterable[int], *, since: datetime) -> dict[int, _Sent]:
    """Each person's last recipient that was sent and did not fail."""
    not_received = (RecipientStatus.FAILED.value, RecipientStatus.UNDELIVERED.value)
    last: dict[int, _Sent] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SENT.format(is_among("contact_id")),
            [as_parameter(contact_ids), driver_moment(since), *not_received],
        )
        for sent in map(_Sent._make, cursor.fetchall()):
            last.setdefault(sent.contact_id, sent)
    return last

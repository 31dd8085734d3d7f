"""Crediting an answer to the campaign that it answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from campaigns.moves import record_changes
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from contacts.bulk_insert import driver_moment
from contacts.bulk_lookup import as_parameter, is_among
from messaging.inbound import Inbound, Reply

CREDIT_FOR = timedelta(days=7)

# As text: composing them takes the ORM longer than the database takes to carry them out.
_SENT = (
    "SELECT contact_id, id, campaign_id, status FROM campaign_recipients"
    " WHERE {} AND sent_at >= %s AND status NOT IN (%s, %s) ORDER BY sent_at DESC, id DESC"
)

_MOVABLE = sorted(sources_of(RecipientStatus.REPLIED, RECIPIENT_TRANSITIONS))
_ARE_MOVABLE = "{} AND status IN (" + ", ".join(["%s"] * len(_MOVABLE)) + ")"
_LOCK = f"SELECT id, status FROM campaign_recipients WHERE {_ARE_MOVABLE} ORDER BY id"  # noqa: S608
_MOVE = f"UPDATE campaign_recipients SET status = %s, replied_at = %s WHERE {_ARE_MOVABLE}"  # noqa: S608
_CREDIT = "UPDATE messages SET campaign_id = %s WHERE {}"


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
    _mark_replied({sent.pk: pk for pk, sent in credited if sent.status in _MOVABLE}, at=now)
    for campaign_id in {sent.campaign_id for _pk, sent in credited}:
        those = [pk for pk, sent in credited if sent.campaign_id == campaign_id]
        with connection.cursor() as cursor:
            cursor.execute(_CREDIT.format(is_among("id")), [campaign_id, as_parameter(those)])
    return {}


def _mark_replied(message_of: Mapping[int, int], *, at: datetime) -> None:
    """Move recipients, by id, to replied; each has the id of the message that says so.

    They are locked first, in the order of all movers; the UPDATE tests their status again.
    """
    if not message_of:
        return
    lock = _LOCK.format(is_among("id"))
    if connection.features.has_select_for_no_key_update:
        lock = f"{lock} FOR NO KEY UPDATE"
    movable = [as_parameter(message_of), *_MOVABLE]
    with connection.cursor() as cursor:
        cursor.execute(lock, movable)
        locked = dict(cursor.fetchall())
        replied = [RecipientStatus.REPLIED.value, driver_moment(at)]
        cursor.execute(_MOVE.format(is_among("id")), [*replied, *movable])
    record_changes(
        locked,
        RecipientStatus.REPLIED,
        at=at,
        source=StatusSource.WEBHOOK,
        each={pk: {"message": message} for pk, message in message_of.items() if pk in locked},
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

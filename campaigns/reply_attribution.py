"""Crediting an answer to the campaign that it answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from campaigns.transitions import record_changes
from messaging.content import QUOTED_SID
from messaging.inbound.types import Inbound, Reply
from waproject.core.db.bulk_insert import driver_moment
from waproject.core.db.bulk_lookup import as_parameter, is_among

CREDIT_FOR = timedelta(days=7)
# The row of a message may be written a little after the answer to it was.
SENT_LATER_BY = timedelta(minutes=1)

# As text: composing them takes the ORM longer than the database takes to carry them out.
_RECIPIENTS = (
    "SELECT sent.contact_id, sent.id, sent.campaign_id, sent.status, campaigns.sender_id,"
    " senders.channel, sent.message_sid, sent.given_up_sid FROM campaign_recipients AS sent"
    " JOIN campaigns ON campaigns.id = sent.campaign_id"
    " JOIN senders ON senders.id = campaigns.sender_id WHERE "
)
_LATELY = (
    _RECIPIENTS + "{} AND sent.sent_at BETWEEN %s AND %s AND sent.status NOT IN (%s, %s)"
    " ORDER BY sent.sent_at DESC, sent.id DESC"
)
_BY_SID = _RECIPIENTS + "{} UNION ALL " + _RECIPIENTS + "{}"

_MOVABLE = sorted(sources_of(RecipientStatus.REPLIED, RECIPIENT_TRANSITIONS))
_ARE_MOVABLE = "{} AND status IN (" + ", ".join(["%s"] * len(_MOVABLE)) + ")"
_LOCK = f"SELECT id, status FROM campaign_recipients WHERE {_ARE_MOVABLE} ORDER BY id"  # noqa: S608
_MOVE = f"UPDATE campaign_recipients SET status = %s, replied_at = %s WHERE {_ARE_MOVABLE}"  # noqa: S608
_CREDIT = "UPDATE messages SET campaign_id = %s WHERE {}"


class _Sent(NamedTuple):
    """A recipient that was sent, with its sender and the sids that it may be quoted by."""

    contact_id: int
    pk: int
    campaign_id: int
    status: str
    sender_id: int
    channel: str
    message_sid: str | None
    given_up_sid: str | None


def credit_campaign(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Credit inbound messages to the campaigns that they answer.

    A message answers what it quotes, whatever its age, if a campaign sent that to this person.
    Else it answers the last campaign that the person received within 7 days from the sender they
    write to; else the last on that channel; else none. Marks the recipients as replied (the first
    answer only) and the messages as the campaign's. Never answers anything itself.
    """
    quoted, lately = _quoted(arrived), _sent_lately(arrived)
    credited = {
        one: sent
        for one in arrived
        if (sent := _quoted_by(one, quoted) or _last_received(one, lately)) is not None
    }
    first: dict[int, int] = {}
    for one, sent in credited.items():
        if sent.status in _MOVABLE:
            first.setdefault(sent.pk, one.message.pk)
    # Those of one call came at the same moment, or alone.
    _mark_replied(first, at=min(one.message.created_at for one in arrived))
    _mark_messages({one.message.pk: sent.campaign_id for one, sent in credited.items()})
    return {}


def _quoted_by(one: Inbound, quoted: Mapping[str, _Sent]) -> _Sent | None:
    """What the message quotes, if it was sent to the very person who quotes it."""
    sent = quoted.get(one.message.content.get(QUOTED_SID, ""))
    return sent if sent and sent.contact_id == one.contact.pk else None


def _last_received(one: Inbound, lately: Iterable[_Sent]) -> _Sent | None:
    """Of what was sent lately, newest first: the first from this sender, else on this channel."""
    theirs = [sent for sent in lately if sent.contact_id == one.contact.pk]
    from_sender = (sent for sent in theirs if sent.sender_id == one.sender.pk)
    on_channel = (sent for sent in theirs if sent.channel == one.sender.channel)
    return next(from_sender, None) or next(on_channel, None)


def _quoted(arrived: Iterable[Inbound]) -> dict[str, _Sent]:
    """The recipients of the messages that are quoted, by sid; a former attempt's too."""
    sids = {sid for one in arrived if (sid := one.message.content.get(QUOTED_SID))}
    if not sids:
        return {}
    by_sid = _BY_SID.format(is_among("sent.message_sid"), is_among("sent.given_up_sid"))
    found = _select(by_sid, [as_parameter(sids)] * 2)
    return {sid: sent for sent in found for sid in (sent.given_up_sid, sent.message_sid) if sid}


def _sent_lately(arrived: Sequence[Inbound]) -> list[_Sent]:
    """What these people were sent within CREDIT_FOR and did not fail, newest first."""
    moments = [one.message.created_at for one in arrived]
    since, until = min(moments) - CREDIT_FOR, max(moments) + SENT_LATER_BY
    people = as_parameter(one.contact.pk for one in arrived)
    not_received = (RecipientStatus.FAILED.value, RecipientStatus.UNDELIVERED.value)
    return _select(
        _LATELY.format(is_among("sent.contact_id")),
        [people, driver_moment(since), driver_moment(until), *not_received],
    )


def _select(statement: str, values: Sequence[Any]) -> list[_Sent]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [*map(_Sent._make, cursor.fetchall())]


def _mark_messages(campaign_of: Mapping[int, int]) -> None:
    """Note in the log which campaign each message, by id, answers."""
    for campaign_id in {*campaign_of.values()}:
        those = [pk for pk, its in campaign_of.items() if its == campaign_id]
        with connection.cursor() as cursor:
            cursor.execute(_CREDIT.format(is_among("id")), [campaign_id, as_parameter(those)])


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
        own={pk: {"message": message} for pk, message in message_of.items() if pk in locked},
    )

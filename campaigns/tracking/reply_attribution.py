"""Crediting an answer to the campaign that it answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from campaigns.models import Recipient
from campaigns.models.querysets import RecipientQuerySet
from campaigns.states import RECIPIENT_TRANSITIONS, RecipientStatus, StatusSource, sources_of
from campaigns.transitions import move
from messaging.content import QUOTED_SID
from messaging.inbound.types import Inbound, Reply
from messaging.models import Message
from waproject.core.db.bulk_lookup import Among

CREDIT_FOR = timedelta(days=7)
# The row of a message may be written a little after the answer to it was.
SENT_LATER_BY = timedelta(minutes=1)

_MOVABLE = sources_of(RecipientStatus.REPLIED, RECIPIENT_TRANSITIONS)
_NOT_RECEIVED = (RecipientStatus.FAILED, RecipientStatus.UNDELIVERED)


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
    # Messages of one call share a transaction: they came at about the same moment.
    _mark_replied(first, at=min(one.message.created_at for one in arrived))
    _mark_messages({one.message.pk: sent.campaign_id for one, sent in credited.items()})
    return {}


def _quoted_by(one: Inbound, quoted: Mapping[str, _Sent]) -> _Sent | None:
    """What the message quotes, if it was sent to the person who quotes it."""
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
    rows = Recipient.objects.order_by()
    own = _sent(rows.filter(Among("message_sid", str, sids)))
    given_up = _sent(rows.filter(Among("given_up_sid", str, sids)))
    found = map(_Sent._make, own.union(given_up, all=True))
    return {sid: sent for sent in found for sid in (sent.given_up_sid, sent.message_sid) if sid}


def _sent_lately(arrived: Sequence[Inbound]) -> list[_Sent]:
    """What these people were sent within CREDIT_FOR and did not fail, newest first."""
    moments = [one.message.created_at for one in arrived]
    since, until = min(moments) - CREDIT_FOR, max(moments) + SENT_LATER_BY
    rows = (
        Recipient.objects.filter(
            Among("contact", int, (one.contact.pk for one in arrived)),
            sent_at__range=(since, until),
        )
        .exclude(status__in=_NOT_RECEIVED)
        .order_by("-sent_at", "-pk")
    )
    return [*map(_Sent._make, _sent(rows))]


def _sent(rows: RecipientQuerySet) -> "QuerySet[Recipient, tuple[Any, ...]]":
    """The columns of _Sent."""
    return rows.values_list(
        *("contact_id", "pk", "campaign_id", "status", "campaign__sender_id"),
        *("campaign__sender__channel", "message_sid", "given_up_sid"),
    )


def _mark_messages(campaign_of: Mapping[int, int]) -> None:
    """Note in the log which campaign each message, by id, answers."""
    for campaign_id in {*campaign_of.values()}:
        those = (pk for pk, its in campaign_of.items() if its == campaign_id)
        Message.objects.filter(Among("pk", int, those)).update(campaign_id=campaign_id)


def _mark_replied(message_of: Mapping[int, int], *, at: datetime) -> None:
    """Move recipients, by id, to replied; each has the id of the message that says so."""
    if message_of:
        move(
            Recipient.objects.filter(Among("pk", int, message_of)),
            RecipientStatus.REPLIED,
            at=at,
            source=StatusSource.WEBHOOK,
            own={pk: {"message": message} for pk, message in message_of.items()},
            replied_at=at,
        )

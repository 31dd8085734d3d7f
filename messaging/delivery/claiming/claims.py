"""Taking deliveries for a worker, and giving back those it may not send."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from contacts.states import Channel
from messaging.content import ATTACHED
from messaging.delivery import reasons
from messaging.delivery.claiming import streams
from messaging.delivery.claiming.due import Due, lock_due
from messaging.delivery.claiming.reach import may_leave
from messaging.delivery.claiming.streams import Turn
from messaging.delivery.models import Delivery, DeliveryQuerySet, DeliveryStream, Lane
from messaging.delivery.queue import remove
from messaging.delivery.reasons import NotSent, Why
from messaging.delivery.sources import Bulletin, Change, Verdict, source_of
from messaging.delivery.states import DeliveryState, StreamState
from messaging.delivery.timing import pace
from messaging.delivery.timing.daily_limit import admit
from messaging.delivery.timing.send_windows import Calendar
from messaging.delivery.timing.slots import is_line_far
from messaging.models import Sender
from messaging.states import AccountStatus
from messaging.texts.sending import sent_version
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.expressions import OwnText
from waproject.core.db.retry import persistently

# A claim covers about a second of the sender's rate: an opt-out or a pause that comes after it has
# few rows to take back, and a worker that dies leaves few in doubt. What is claimed is in memory: a
# worker without a limit of speed held 25 MB more with claims of twice as many, and was no faster.
CLAIM_SECONDS = 1
CLAIM_MOST = 500
# A person whose row another transaction holds is looked at again this much later.
BUSY_FOR = timedelta(seconds=1)


def claim_size(rate: float) -> int:
    """How many deliveries one claim takes at a rate in messages per second."""
    return max(1, min(CLAIM_MOST, int(rate * CLAIM_SECONDS)))


@dataclass(slots=True)
class Claimed:
    """One claimed delivery, as its worker needs it.

    `account_id` is that of the account through which it goes, `leaves_at` its slot on its stream's
    own line, in seconds since 1970; 0 without a pace.
    """

    pk: int
    stream: DeliveryStream
    account_id: int
    contact_id: int
    address: str = field(repr=False)
    time_zone: str
    body: str = field(repr=False)
    template_version_id: int | None
    content_sid: str | None
    variables: dict[str, Any] = field(repr=False)
    token: str = field(repr=False)
    attempts: int
    retries: int
    claimed_at: datetime
    lease_until: datetime
    valid_until: datetime | None = None
    asked_by: int | None = None
    leaves_at: float = 0.0
    channel: str = ""
    # The variables as the provider takes them; worked out with the claim, where rows can be read.
    provider_values: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, row: Delivery) -> "Claimed":
        """The claim of a row that was read with its stream and its sender.

        A sender keeps its account while one of its deliveries is with the provider.
        """
        names = "pk contact_id address time_zone body template_version_id variables token"
        names += " attempts retries"
        now = timezone.now()
        return cls(
            stream=row.stream,
            account_id=row.stream.sender.account_id,
            channel=row.stream.sender.channel,
            content_sid=row.template_version.content_sid if row.template_version else None,
            claimed_at=row.claimed_at or now,
            lease_until=row.lease_until or now,
            valid_until=row.valid_until,
            asked_by=row.asked_by_id,
            **{name: getattr(row, name) for name in names.split()},
        )

    def change(self, at: datetime, **what: Any) -> Change:
        """What became of it, for its source."""
        return Change(
            token=self.token,
            stream=self.stream,
            at=at,
            contact_id=self.contact_id,
            address=self.address,
            attempts=self.attempts,
            retries=what.pop("retries", self.retries),
            body=self.body,
            asked_by=self.asked_by,
            attached=self.variables.get(ATTACHED, ""),
            **what,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """What one claim took. `seen` counts the skipped and put off too: 0 means nothing is due.

    `account_is_off`: the account was switched off, or is not the sender's any more, and nothing is
    taken for it.
    """

    deliveries: list[Claimed]
    seen: int
    account_is_off: bool = False


@persistently
@transaction.atomic
def claim(
    sender_id: int,
    limit: int,
    *,
    now: datetime,
    account_id: int | None = None,
    better_than: int | None = None,
) -> Claim:
    """Claim up to `limit` due deliveries of a sender, and commit. Best priority first.

    People who may not be written to any more are skipped on the way, and people outside their hours
    wait for the next opening. While the sender waits for room in its daily limit, it is the turn of
    those who cost nothing of it. `account_id` takes nothing when the sender has another account by
    now, `better_than` only what has a better priority than that. The streams of a sender that was
    switched off are halted; those of an account wait for it.
    """
    lane = Lane.objects.select_related("sender__account").filter(pk=sender_id).first()
    if lane is None:
        return Claim([], seen=0)
    if lane.sender.status == Sender.Status.DISABLED:
        halt_all(lane.sender)
        return Claim([], seen=0)
    account = lane.sender.account
    if account.status == AccountStatus.DISCONNECTED or account_id not in (None, account.pk):
        return Claim([], seen=0, account_is_off=True)
    if is_line_far(lane.sender, now):
        return Claim([], seen=0)
    turns = streams.due_turns(sender_id, now, better_than=better_than)
    found = _lock(turns, lane, limit, now)
    # One stream after the other: of two messages to one person the second sees the first.
    taken = {turn: _claim_of_stream(turn.stream, rows, lane, now) for turn, rows in found.items()}
    if len(turns) > 1:
        streams.note_served(taken)
    return Claim(streams.in_turns(taken), seen=sum(map(len, found.values())))


def _claim_of_stream(
    stream: DeliveryStream, found: Sequence[Due], lane: Lane, now: datetime
) -> list[Claimed]:
    """Claim those of a stream's locked deliveries that may leave now."""
    writable = _sort_out(stream, found, now)
    admission = admit(lane.sender, [one.contact_id for one in writable], now)
    if admission.room_at:
        Lane.objects.filter(pk=lane.pk).update(room_at=admission.room_at)
    admitted = [one for one in writable if one.contact_id in admission.admitted]
    return _take(stream, admitted, now, lane.sender)


def _lock(turns: Sequence[Turn], lane: Lane, limit: int, now: datetime) -> dict[Turn, list[Due]]:
    """The due deliveries of each turn, as many as its share."""
    found: dict[Turn, list[Due]] = {}
    for turn, share in streams.shares(turns, limit):
        before = found.setdefault(turn, [])
        rows = lock_due(turn.stream, lane, share, now, but=[one.pk for one in before])
        turn.taken += len(rows)
        turn.is_drained = len(rows) < share
        before += rows
    return found


def halt_all(sender: Sender) -> None:
    """Halt the streams of a sender that is switched off; skip what cannot wait for a person."""
    reason = reasons.why(NotSent.SENDER_OFF, sender=sender.name)
    for stream in DeliveryStream.objects.filter(sender=sender, state=StreamState.OPEN):
        halt = source_of(stream.kind).halted
        if stream.can_pause and halt:
            halt([stream.source_id], reason)
        else:
            remove(Delivery.objects.waiting().filter(stream=stream), reason)


def _sort_out(stream: DeliveryStream, found: Sequence[Due], now: datetime) -> list[Due]:
    """Skip those who may not be written to, put off those whose moment comes later; the others."""
    calendar = Calendar(stream, now)
    writable: dict[int, Due] = {}
    never: dict[int, Why] = {}
    later: dict[datetime, list[int]] = {}
    for one in found:
        turn = calendar.turn(one.time_zone)
        if reason := one.why_barred:
            never[one.pk] = reason
        elif turn is None or _is_past(one, turn):
            never[one.pk] = reasons.why(NotSent.ENDED)
        elif turn > now or one.in_the_air:
            later.setdefault(turn if turn > now else now + BUSY_FOR, []).append(one.pk)
        else:
            writable[one.pk] = one
    may_go = source_of(stream.kind).may_leave
    verdict = may_go(stream, list(writable.values()), now) if may_go else Verdict()
    never |= verdict.never
    if verdict.later:
        later.setdefault(now + BUSY_FOR, []).extend(verdict.later)
    _skip(stream, [one for one in found if one.pk in never], never, now)
    for moment, ids in later.items():
        Delivery.objects.waiting().filter(Among("pk", int, ids)).update(due_at=moment)
    gone = never.keys() | verdict.later
    return [one for pk, one in writable.items() if pk not in gone]


def _is_past(one: Due, turn: datetime) -> bool:
    return one.valid_until is not None and turn >= one.valid_until


def _skip(
    stream: DeliveryStream, barred: Sequence[Due], why: dict[int, Why], now: datetime
) -> None:
    """Delete locked deliveries that are not to leave, and tell their source why."""
    if not barred:
        return
    bulletin = Bulletin()
    bulletin.of(stream.kind).skipped += [one.skipped(stream, why[one.pk], now) for one in barred]
    Delivery.objects.waiting().filter(Among("pk", int, [one.pk for one in barred])).delete()
    bulletin.tell()


def _take(
    stream: DeliveryStream, people: Sequence[Due], now: datetime, sender: Sender
) -> list[Claimed]:
    """Claim the locked rows of a stream, at the addresses that their contacts have now.

    The UPDATE tests stream, contact, hold and address once more.
    """
    slots = pace.take_slots(stream, len(people), now)
    if not people or slots is None:
        return []
    _correct(people)
    ids = [one.pk for one in people]
    lease = now + timedelta(seconds=settings.SENDING_LEASE_SECONDS)
    rows = Delivery.objects.filter(Among("pk", int, ids), may_leave(sender.channel, stream.purpose))
    moved = rows.advance(
        DeliveryState.CLAIMED, claimed_at=now, lease_until=lease, attempts=F("attempts") + 1
    )
    ours = set(ids) if moved == len(ids) else _claimed_of(ids, now)
    return [
        Claimed(
            pk=one.pk,
            stream=stream,
            account_id=sender.account_id,
            contact_id=one.contact_id,
            address=one.address or "",
            time_zone=one.time_zone,
            body=one.body,
            template_version_id=one.template_version_id,
            content_sid=one.content_sid,
            variables=one.variables,
            token=one.token,
            attempts=one.attempts + 1,
            retries=one.retries,
            claimed_at=now,
            lease_until=lease,
            valid_until=one.valid_until,
            asked_by=one.asked_by_id,
            leaves_at=slot,
            channel=sender.channel,
            provider_values=_provider_values(one, sender),
        )
        for one, slot in zip(people, slots, strict=True)
        if one.pk in ours
    ]


def _provider_values(one: Due, sender: Sender) -> dict[str, str]:
    if sender.channel == Channel.SMS or not (one.template_version_id and one.content_sid):
        return {}
    return sent_version(one.template_version_id, one.content_sid).provider_values(one.variables)


def _claimed_of(ids: Sequence[int], now: datetime) -> set[int]:
    rows = Delivery.objects.filter(Among("pk", int, ids), claimed_at=now)
    return set(rows.filter(state=DeliveryState.CLAIMED).values_list("pk", flat=True))


def _correct(people: Sequence[Due]) -> None:
    """Give those whose contact was corrected the new address and zones; no query when none was.

    Staff correct a phone while a message waits: it goes to the corrected address, never to the
    former one.
    """
    corrected = {one.pk: one for one in people if one.is_corrected}
    if corrected:
        Delivery.objects.waiting().filter(pk__in=corrected).update(
            address=OwnText("pk", {pk: one.address or "" for pk, one in corrected.items()}),
            time_zone=OwnText("pk", {pk: one.time_zone for pk, one in corrected.items()}),
        )


def last_look(group: Sequence[Claimed]) -> list[Claimed]:
    """Those of a claimed group, of one sender, that may leave; the rest is given back.

    Asked right before the requests begin: what was committed before this moment (an opt-out, a
    pause, a sender or an account that was switched off, a corrected address, a lease that ended)
    counts, and the hours may have ended while the group waited.
    """
    if not group:
        return []
    now = timezone.now()
    ids = {one.stream.pk for one in group}
    # Read anew: hours and end may have been changed since the claim.
    present = (
        DeliveryStream.objects.select_related("sender")
        .filter(pk__in=ids, state=StreamState.OPEN, sender__status=Sender.Status.ACTIVE)
        .exclude(sender__account__status=AccountStatus.DISCONNECTED)
    )
    calendars = {one.pk: Calendar(one, now) for one in present}
    in_time = [one for one in group if _is_in_time(one, calendars.get(one.stream.pk), now)]
    looked_at: set[int] = set()
    if in_time:
        channel = present[0].sender.channel
        for purpose in {one.stream.purpose for one in in_time}:
            same = [one for one in in_time if one.stream.purpose == purpose]
            rows = _ours(same).filter(may_leave(channel, purpose)).order_by()
            looked_at |= set(rows.values_list("pk", flat=True))
    give_back([one for one in group if one.pk not in looked_at])
    return [one for one in group if one.pk in looked_at]


def _is_in_time(one: Claimed, calendar: Calendar | None, now: datetime) -> bool:
    is_valid = one.valid_until is None or one.valid_until > now
    return (
        calendar is not None
        and is_valid
        and one.lease_until > now
        and calendar.may_leave(one.time_zone)
    )


def _ours(group: Collection[Claimed]) -> DeliveryQuerySet:
    """The rows of these claims; one that another worker has claimed meanwhile is not among them."""
    return Delivery.objects.filter(
        Among("pk", int, [one.pk for one in group]),
        state=DeliveryState.CLAIMED,
        claimed_at__in={one.claimed_at for one in group},
    )


def give_back(group: Collection[Claimed]) -> None:
    """Undo a worker's claims whose requests never began: they wait again.

    Those who may not be written to any more are skipped by the next claim. The slots of a stream's
    own pace go back too: its next slot may be a minute later, and be the only one till then.
    """
    if group:
        _ours(group).advance(
            DeliveryState.WAITING,
            lease_until=None,
            claimed_at=None,
            attempts=F("attempts") - 1,
        )
        pace.give_back_slots((one.stream, one.leaves_at) for one in group)


def expire(now: datetime) -> int:
    """Make claims whose lease ended uncertain: their worker died, and may have sent or not."""
    expired = Delivery.objects.filter(state=DeliveryState.CLAIMED, lease_until__lt=now)
    ask_at = now + timedelta(seconds=settings.RECONCILE_AFTER_SECONDS)
    return expired.advance(DeliveryState.UNCERTAIN, lease_until=ask_at)

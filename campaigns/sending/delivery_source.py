"""What campaigns tell the queue of deliveries, and what they write down of the outcomes.

Registered in settings.DELIVERY_SOURCES. A recipient has the token of its delivery, and is pending
while the delivery exists.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.sending import frequency_cap
from campaigns.sending.completion import complete_if_done
from campaigns.sending.pauses import pause_by_rule, pause_for
from campaigns.states import RecipientStatus, StatusSource
from campaigns.transitions import lock_by_token, record_changes
from contacts.phones.keys import phone_key, spellings
from messaging.delivery.claiming.due import Due
from messaging.delivery.models import DeliveryStream
from messaging.delivery.reasons import NotSent, Why, why
from messaging.delivery.sources import Change, News, Source, Verdict
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.expressions import OwnText

# What the history says of a message to another address than that of the launch. Not which: history
# outlives a person's data.
CORRECTED = {"cause": "address_corrected"}


def may_leave(stream: DeliveryStream, due: Sequence[Due], now: datetime) -> Verdict:
    """Which people are at the frequency cap, and which corrected addresses have the message."""
    capped = frequency_cap.find_capped(stream.source_id, [one.contact_id for one in due], now)
    written_to = _addresses_written_to(stream.source_id, due)
    never: dict[int, Why] = {}
    for one in due:
        if one.is_corrected and phone_key(one.address or "") in written_to:
            never[one.pk] = why(NotSent.HAD_IT)
        elif one.contact_id in capped.at_cap:
            never[one.pk] = why(NotSent.CAPPED)
    return Verdict(never, {one.pk for one in due if one.contact_id in capped.locked_elsewhere})


def _addresses_written_to(campaign_id: int, due: Sequence[Due]) -> set[str]:
    """The addresses of corrected contacts to which this campaign sent already, by their keys."""
    addresses = [one.address for one in due if one.is_corrected and one.address]
    if not addresses:
        return set()
    spelt = {spelling for address in addresses for spelling in spellings(address)}
    sent = Recipient.objects.filter(campaign=campaign_id, phone__in=spelt, sent_at__isnull=False)
    return set(map(phone_key, sent.values_list("phone", flat=True)))


def became(news: News) -> None:
    """Move the recipients whose deliveries have an outcome, with history and counts."""
    source = StatusSource(news.origin)
    if news.accepted:
        _accept(news.accepted, source)
    _end(news.failed, RecipientStatus.FAILED, "failed_at", source)
    _end(news.skipped, RecipientStatus.SKIPPED, "skipped_at", source)
    _note_errors(news.deferred)
    # Last: all settlements of a campaign lock its row, so it is held for the shortest time.
    for one in (*news.failed, *news.deferred):
        if one.rule:
            pause_by_rule(one.source_id, one.rule)


def _accept(accepted: Sequence[Change], source: StatusSource) -> None:
    """Mark recipients as sent. A recipient that a faster callback marked before is not changed."""
    now = timezone.now()
    by_token = {one.token: one for one in accepted}
    # Asked for in the query, SQLite would walk through all that have no sid yet.
    movable = lock_by_token(by_token, RecipientStatus.SENT)
    locked = {token: one for token, one in movable.items() if one.message_sid is None}
    if not locked:
        return
    sids = {token: by_token[token].sid for token in locked}
    common: dict[str, Any] = {
        "message_sid": OwnText("token", sids),
        "sent_at": now,
        "failed_at": None,
        "skipped_at": None,
        "reason": "",
        "reason_details": {},
        "error_code": None,
        "error_message": "",
    }

    def tries(token: str) -> tuple[int, int]:
        return by_token[token].attempts, by_token[token].retries

    # Nearly all were tried once: one UPDATE.
    for (attempts, retries), tokens in groupby(sorted(locked, key=tries), key=tries):
        rows = Recipient.objects.filter(Among("token", str, tokens))
        rows.advance(RecipientStatus.SENT, attempts=attempts, retries=retries, **common)
    moved = {token for token in locked if locked[token].phone != by_token[token].address}
    if moved:
        addresses = {token: by_token[token].address for token in moved}
        corrected = Recipient.objects.filter(Among("token", str, moved))
        corrected.update(phone=OwnText("token", addresses))
    record_changes(
        {one.pk: one.status for one in locked.values()},
        RecipientStatus.SENT,
        at=now,
        source=source,
        own={locked[token].pk: CORRECTED for token in moved},
    )
    sent = Counter(one.campaign_id for one in locked.values())
    for campaign_id, people in sorted(sent.items()):
        campaign = Campaign.objects.filter(pk=campaign_id)
        campaign.update(sent_count=F("sent_count") + people)


def _end(changes: Sequence[Change], to: RecipientStatus, time: str, source: StatusSource) -> None:
    """Move recipients to failed or skipped: one UPDATE for all that have the same reason."""
    if not changes:
        return
    by_token = {one.token: one for one in changes}
    locked = lock_by_token(by_token, to, status=RecipientStatus.PENDING)

    def fields(token: str) -> tuple[Any, ...]:
        one = by_token[token]
        return (
            one.at,
            one.why,
            one.error_code or "",
            one.error_message,
            one.attempts,
            one.retries,
        )

    for same, tokens in groupby(sorted(locked, key=fields), key=fields):
        at, reason, code, message, attempts, retries = same
        group = list(tokens)
        Recipient.objects.filter(Among("token", str, group)).advance(
            to,
            **{time: at},
            reason=reason.code,
            reason_details=reason.details,
            error_code=code or None,
            error_message=message,
            attempts=attempts,
            retries=retries,
        )
        record_changes(
            {locked[token].pk: locked[token].status for token in group},
            to,
            at=at,
            source=source,
            metadata=_details(reason, code, message),
        )


def _details(reason: Why, code: str, said: str) -> dict[str, Any]:
    """What the history says of such an end: another attempt may give the recipient another."""
    details: dict[str, Any] = {"reason": reason.code, "reason_details": reason.details}
    return {name: value for name, value in {**details, "code": code, "said": said}.items() if value}


def _note_errors(deferred: Sequence[Change]) -> None:
    """Store what the provider said on recipients that are to be tried again."""
    for one in deferred:
        row = Recipient.objects.filter(token=one.token, status=RecipientStatus.PENDING)
        row.update(
            error_code=one.error_code,
            error_message=one.error_message,
            attempts=one.attempts,
            retries=one.retries,
        )


def halted(campaign_ids: Sequence[int], reason: Why) -> None:
    """Pause the campaigns whose sender was switched off."""
    for campaign_id in campaign_ids:
        pause_for(campaign_id, reason)


def drained(campaign_ids: Sequence[int]) -> None:
    """Complete the campaigns that have nothing left to send."""
    for campaign_id in campaign_ids:
        complete_if_done(campaign_id)


SOURCE = Source(became, may_leave, halted, drained)

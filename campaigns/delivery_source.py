"""What campaigns tell the queue of deliveries, and what they write down of its news.

Registered in settings.DELIVERY_SOURCES. A recipient has the token of its delivery, and is pending
as long as there is one.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils import timezone

from campaigns import frequency_cap
from campaigns.models import Campaign, Recipient
from campaigns.operations import complete_if_done
from campaigns.pauses import pause_by_rule, pause_for
from campaigns.states import RecipientStatus, StatusSource
from campaigns.transitions import lock_by_token, record_changes
from messaging.delivery import reasons
from messaging.delivery.due import Due
from messaging.delivery.models import DeliveryStream
from messaging.delivery.sources import Change, News, Source, Verdict
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.expressions import OwnText

# What the history says of a message to another address than that of the launch. Not which: history
# outlives a person's data.
CORRECTED = {"cause": "the contact's address was corrected"}


def may_leave(stream: DeliveryStream, due: Sequence[Due], now: datetime) -> Verdict:
    """Who had enough messages lately, and to which corrected address this campaign wrote before."""
    capped = frequency_cap.look(stream.source_id, [one.contact_id for one in due], now)
    had_it = _had_it(stream.source_id, due)
    never: dict[int, reasons.Text] = {}
    for one in due:
        if one.is_corrected and one.address in had_it:
            never[one.pk] = reasons.HAD_IT
        elif one.contact_id in capped.full:
            never[one.pk] = reasons.CAPPED
    return Verdict(never, {one.pk for one in due if one.contact_id in capped.busy})


def _had_it(campaign_id: int, due: Sequence[Due]) -> set[str]:
    """The addresses of corrected contacts to which this campaign sent already."""
    addresses = [one.address for one in due if one.is_corrected]
    if not addresses:
        return set()
    sent = Recipient.objects.filter(
        campaign=campaign_id, phone__in=addresses, sent_at__isnull=False
    )
    return set(sent.values_list("phone", flat=True))


def became(news: News) -> None:
    """Move the recipients whose deliveries have an outcome, with history and counts."""
    source = StatusSource(news.origin)
    if news.accepted:
        _accept(news.accepted, source)
    _end(news.failed, RecipientStatus.FAILED, "failed_at", source)
    _end(news.skipped, RecipientStatus.SKIPPED, "skipped_at", source)
    _note_errors(news.deferred)
    # Last, since a campaign is the one row that all its settlements share.
    for one in (*news.failed, *news.deferred):
        if one.rule:
            pause_by_rule(one.source_id, one.rule)


def _accept(accepted: Sequence[Change], source: StatusSource) -> None:
    """Mark recipients as sent. One that was accepted before (a callback was faster) stays."""
    now = timezone.now()
    by_token = {one.token: one for one in accepted}
    locked = lock_by_token(by_token, RecipientStatus.SENT, message_sid__isnull=True)
    if not locked:
        return
    sids = {token: by_token[token].sid for token in locked}
    common: dict[str, Any] = {
        "message_sid": OwnText("token", sids),
        "sent_at": now,
        "failed_at": None,
        "skipped_at": None,
        "reason": "",
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
    """Move recipients to failed or skipped, those of one reason together."""
    by_token = {one.token: one for one in changes}
    locked = lock_by_token(by_token, to, status=RecipientStatus.PENDING)

    def fields(token: str) -> tuple[Any, ...]:
        one = by_token[token]
        return (
            one.at,
            one.reason,
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
            reason=reason,
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
            metadata={"cause": message} if message else {},
        )


def _note_errors(deferred: Sequence[Change]) -> None:
    """Show on recipients that wait again what the provider said."""
    for one in deferred:
        row = Recipient.objects.filter(token=one.token, status=RecipientStatus.PENDING)
        row.update(
            error_code=one.error_code,
            error_message=one.error_message,
            attempts=one.attempts,
            retries=one.retries,
        )


def halted(campaign_ids: Sequence[int], sentence: str) -> None:
    """Pause the campaigns whose sender was switched off."""
    for campaign_id in campaign_ids:
        pause_for(campaign_id, sentence)


def drained(campaign_ids: Sequence[int]) -> None:
    """Complete the campaigns that have nothing left to send."""
    for campaign_id in campaign_ids:
        complete_if_done(campaign_id)


SOURCE = Source(became, may_leave, halted, drained)

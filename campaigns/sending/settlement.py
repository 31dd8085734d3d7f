"""Writing down what the provider answered, many recipients at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.querysets import RecipientQuerySet
from campaigns.sending import consequences
from campaigns.states import RecipientStatus, StatusSource
from campaigns.transitions import move, record_changes
from messaging.outbound_log import SentMessage, log_sent
from messaging.providers.base import Accepted, NotAccepted, Provider, Rejected, Result, Unknown
from messaging.providers.errors import Action, ErrorRule
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.durability import need_not_survive_a_crash
from waproject.core.db.expressions import OwnText

# A refusal for being too fast (HTTP 429, no connection) is safe to repeat and says nothing about
# the recipient, so it has a limit of its own, far above the campaign's retries.
REFUSALS_MOST = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request. `recipient` is as it was claimed."""

    recipient: Recipient
    result: Result
    at: datetime


@transaction.atomic
def settle(campaign: Campaign, outcomes: Sequence[Outcome]) -> None:
    """Bring recipients, messages and counters in step with what the provider answered.

    Safe to repeat, and safe against a callback that was faster: each move tests the status, and
    the claim, that it starts from.
    """
    if all(isinstance(one.result, Accepted) for one in outcomes):
        need_not_survive_a_crash()
    ordered = sorted(outcomes, key=lambda one: one.recipient.pk)
    provider = campaign.sender.provider
    consequences.lock_people(one.recipient for one in ordered if _is_personal(one, provider))
    refused: list[tuple[Recipient, ErrorRule]] = []
    for one in ordered:
        match one.result:
            case NotAccepted() as refusal:
                _back_off(one, refusal)
            case Unknown() as unknown:
                _doubt(one, unknown.reason)
            case Rejected() as rejection:
                refused.append((one.recipient, _refuse(campaign, one, rejection)))
    for recipient, rule in sorted(refused, key=lambda pair: pair[0].contact_id):
        consequences.apply(campaign.pk, recipient.contact_id, rule, recipient.phone)
    accepted = [(one, one.result) for one in ordered if isinstance(one.result, Accepted)]
    if accepted:
        record_accepted(campaign, [(one.recipient, result.sid, one.at) for one, result in accepted])


def _is_personal(one: Outcome, provider: Provider) -> bool:
    """Whether the answer changes the person too, whose row is locked before the recipients'."""
    if not isinstance(one.result, Rejected):
        return False
    rule = provider.classify_error(one.result.code, one.result.http_status)
    return rule.action in consequences.ABOUT_THE_PERSON


@transaction.atomic(savepoint=False)
def record_accepted(
    campaign: Campaign,
    accepted: Sequence[tuple[Recipient, str, datetime]],
    *,
    source: StatusSource = StatusSource.ENGINE,
) -> list[int]:
    """Mark recipients as sent with the provider's sid, log their messages, count them.

    Takes (recipient, sid, at) and returns the ids that moved. The message of one that did not
    move (a callback was faster, or it was sent by another) is logged all the same: the log is
    kept by sid, and what the provider accepted must be in it.
    """
    now = timezone.now()
    # By the token of the attempt: one that failed and was queued again meanwhile has another.
    rows = Recipient.objects.filter(Among("token", str, [one.token for one, _sid, _at in accepted]))
    locked, contacts = _lock_unsent(rows)
    if locked:
        sids = {one.pk: sid for one, sid, _at in accepted}
        Recipient.objects.filter(Among("pk", int, locked)).advance(
            RecipientStatus.SENT,
            message_sid=OwnText("pk", sids),
            sent_at=now,
            poll_at=now + timedelta(seconds=settings.POLL_AFTER_SECONDS),
            lease_expires_at=None,
            uncertain_at=None,
            failed_at=None,
            skipped_at=None,
            reason="",
            error_code=None,
            error_message="",
        )
        record_changes(locked, RecipientStatus.SENT, at=now, source=source)
    log_sent(
        [
            SentMessage(
                sid=sid,
                sender_id=campaign.sender_id,
                contact_id=contacts.get(one.pk, one.contact_id),
                phone=one.phone,
                body=one.body,
                campaign_id=campaign.pk,
                template_version_id=campaign.template_version_id,
                status="queued",
                at=at,
            )
            for one, sid, at in accepted
        ]
    )
    # Last, since it is the one row that all settlements of a campaign share.
    if locked:
        Campaign.objects.filter(pk=campaign.pk).update(sent_count=F("sent_count") + len(locked))
    return list(locked)


def _lock_unsent(rows: RecipientQuerySet) -> tuple[dict[int, str], dict[int, int]]:
    """Lock those that no message is noted for yet; their status and their contact, by id.

    The contact is read here: it may have been merged into another since the claim.
    """
    found = rows.filter(message_sid__isnull=True).movable(RecipientStatus.SENT)
    locked = list(
        found.order_by("pk").select_for_update(of=("self",)).values_list("pk", "status", "contact")
    )
    return {pk: status for pk, status, _c in locked}, {pk: contact for pk, _s, contact in locked}


def _doubt(one: Outcome, cause: str, **error: Any) -> None:
    """Nobody knows whether it was accepted: leave it to reconciliation."""
    _end_claim(
        one,
        RecipientStatus.UNCERTAIN,
        uncertain_at=one.at,
        **{"error_message": cause, **error},
    )


def _back_off(one: Outcome, refusal: NotAccepted) -> None:
    """Return a recipient that was certainly not accepted, to be tried again a little later."""
    if one.recipient.attempts >= REFUSALS_MOST:
        _fail(one, reasons.REFUSED_TOO_OFTEN, error_message=refusal.reason)
        return
    doubled = 0.5 * 2 ** min(one.recipient.attempts, 10)
    delay = timedelta(seconds=min(doubled, settings.REFUSAL_DELAY_MOST_SECONDS))
    if refusal.retry_after is not None:
        delay = timedelta(seconds=refusal.retry_after)
    _end_claim(
        one,
        RecipientStatus.PENDING,
        not_before=one.at + delay,
        error_message=refusal.reason,
    )


def _refuse(campaign: Campaign, one: Outcome, refusal: Rejected) -> ErrorRule:
    """Do to the recipient what the error table says of the answer; return the rule."""
    rule = campaign.sender.provider.classify_error(refusal.code, refusal.http_status)
    error = {"error_code": refusal.code, "error_message": refusal.message}
    tries = one.recipient.retries
    if rule.action is Action.UNCERTAIN:
        _doubt(one, refusal.message, error_code=refusal.code)
    elif rule.action is Action.PAUSE:
        _end_claim(one, RecipientStatus.PENDING, **error)
    elif rule.action is Action.RETRY and tries < consequences.retry_limit(campaign, rule):
        again_at = one.at + consequences.retry_delay(campaign, rule, tries)
        _end_claim(
            one, RecipientStatus.PENDING, not_before=again_at, retries=F("retries") + 1, **error
        )
    elif rule.action is Action.SKIP:
        reason = reasons.words(rule.meaning)
        _end_claim(one, RecipientStatus.SKIPPED, skipped_at=one.at, reason=reason, **error)
    else:
        _fail(one, rule.meaning, **error)
    return rule


def _fail(one: Outcome, reason: reasons.Text, **error: Any) -> None:
    """End a recipient that was not accepted and will not be tried again."""
    _end_claim(one, RecipientStatus.FAILED, failed_at=one.at, reason=reasons.words(reason), **error)


def _end_claim(one: Outcome, to: RecipientStatus, **fields: Any) -> None:
    """Move a recipient from the very claim that this outcome belongs to.

    Its lease may have ended, and another worker may have claimed it again: that claim is not ours.
    """
    claim = Recipient.objects.filter(
        pk=one.recipient.pk,
        status=RecipientStatus.CLAIMED,
        claimed_at=one.recipient.claimed_at,
    )
    cause = {"cause": fields.get("error_message", "")}
    move(claim, to, at=one.at, metadata=cause, lease_expires_at=None, **fields)

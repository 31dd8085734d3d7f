"""Writing down what the provider answered, many deliveries at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from contacts.states import Channel
from messaging.approvals.errors import ask_about, speaks_of_template
from messaging.content import ATTACHED
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.models import Delivery, DeliveryQuerySet
from messaging.delivery.reasons import NotSent, why, why_refused
from messaging.delivery.settling.error_actions import (
    ABOUT_THE_PERSON,
    apply_to_person,
    lock_people,
    retry_delay,
    retry_limit,
)
from messaging.delivery.sources import ENGINE, Bulletin
from messaging.delivery.states import DeliveryState
from messaging.models import Account, Sender
from messaging.outbound_log import SentMessage, log_sent
from messaging.providers.base import Accepted, NotAccepted, Provider, Rejected, Result, Unknown
from messaging.providers.errors import About, Action, ErrorRule
from messaging.texts.sending import sent_version
from waproject.core.db.bulk_lookup import Among
from waproject.core.db.durability import need_not_survive_a_crash

# A refusal for being too fast (HTTP 429, no connection) is safe to repeat and says nothing about
# the person, so it has a limit of its own, far above the stream's retries.
REFUSALS_MOST = 50
# The kind of stream whose source_id is a campaign's: its messages are the campaign's in the log.
CAMPAIGN = "campaign"
# That of tests to a number of one's own: their messages are marked in the log.
TEST = "test"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request. `delivery` is as it was claimed."""

    delivery: Claimed
    result: Result
    at: datetime


@transaction.atomic
def settle(sender: Sender, outcomes: Sequence[Outcome]) -> None:
    """Bring deliveries, sources and the log in step with what the provider answered.

    Safe to repeat, and safe against a callback that was faster: each move tests the state, and the
    claim, that it starts from.
    """
    if all(isinstance(one.result, Accepted) for one in outcomes):
        need_not_survive_a_crash()
    ordered = sorted(outcomes, key=lambda one: one.delivery.pk)
    personal = [one.delivery for one in ordered if _is_personal(one, sender.provider)]
    if personal:
        lock_people((one.contact_id, one.address) for one in personal)
    writing = _Settlement(sender)
    for one in ordered:
        writing.settle(one)
    writing.end()
    accepted = [
        (one.delivery, one.result.sid, one.at)
        for one in ordered
        if isinstance(one.result, Accepted)
    ]
    if accepted:
        record_accepted(accepted)


def _is_personal(one: Outcome, provider: Provider) -> bool:
    """Whether the answer changes the person too, whose row is locked before all others."""
    if not isinstance(one.result, Rejected):
        return False
    rule = provider.classify_error(one.result.code, one.result.http_status)
    return rule.action in ABOUT_THE_PERSON


def _is_about_the_account(rule: ErrorRule) -> bool:
    return rule.about is About.ACCOUNT and rule.action is Action.PAUSE


class _Settlement:
    """What was not accepted, of one batch: deliveries move at once, sources are told at the end."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender
        self.bulletin = Bulletin()
        self.personal: list[tuple[Claimed, ErrorRule]] = []

    def settle(self, one: Outcome) -> None:
        match one.result:
            case NotAccepted() as refusal:
                self._back_off(one, refusal)
            case Unknown():
                self._doubt(one)
            case Rejected() as rejection:
                self._refuse(one, rejection)

    def end(self) -> None:
        """Tell the sources, then do to the people what the errors say of them."""
        self.bulletin.tell()
        for delivery, rule in sorted(self.personal, key=lambda pair: pair[0].contact_id):
            apply_to_person(delivery.contact_id, rule, delivery.address, self.sender.channel)
        if any(_is_about_the_account(rule) for _delivery, rule in self.personal):
            Account.objects.filter(pk=self.sender.account_id).ask_soon()
        ask_about(
            delivery.template_version_id
            for delivery, rule in self.personal
            if speaks_of_template(rule) and delivery.template_version_id
        )

    def _refuse(self, one: Outcome, refusal: Rejected) -> None:
        """Do to the delivery what the error table says of the answer."""
        rule = self.sender.provider.classify_error(refusal.code, refusal.http_status)
        error = {"error_code": refusal.code, "error_message": refusal.message, "rule": rule}
        stream, tries = one.delivery.stream, one.delivery.retries
        self.personal.append((one.delivery, rule))
        if rule.action is Action.UNCERTAIN:
            self._doubt(one)
        elif rule.action is Action.PAUSE and stream.can_pause:
            self._defer(one, timedelta(), **error)
        elif rule.action is Action.RETRY and tries < retry_limit(stream, rule):
            self._defer(one, retry_delay(stream, rule, tries), retries=tries + 1, **error)
        elif rule.action is Action.SKIP:
            self._end(one, "skipped", why=why_refused(self.sender.account.provider, rule), **error)
        else:
            self._end(one, "failed", why=why_refused(self.sender.account.provider, rule), **error)

    def _back_off(self, one: Outcome, refusal: NotAccepted) -> None:
        """Return a delivery that was certainly not accepted, to be tried again a little later."""
        attempts, error = one.delivery.attempts, {"error_message": refusal.reason}
        if attempts >= REFUSALS_MOST:
            self._end(one, "failed", why=why(NotSent.TOO_BUSY), **error)
            return
        doubled = 0.5 * 2 ** min(attempts, 10)
        delay = timedelta(seconds=min(doubled, settings.REFUSAL_DELAY_MOST_SECONDS))
        if refusal.retry_after is not None:
            delay = timedelta(seconds=refusal.retry_after)
        self._defer(one, delay, **error)

    def _doubt(self, one: Outcome) -> None:
        """Nobody knows whether it was accepted: leave it to reconciliation."""
        ask_at = one.at + timedelta(seconds=settings.RECONCILE_AFTER_SECONDS)
        _claim_of(one.delivery).advance(DeliveryState.UNCERTAIN, lease_until=ask_at)

    def _defer(self, one: Outcome, delay: timedelta, **what: Any) -> None:
        change = one.delivery.change(one.at, **what)
        moved = _claim_of(one.delivery).advance(
            DeliveryState.WAITING,
            due_at=one.at + delay,
            claimed_at=None,
            lease_until=None,
            retries=change.retries,
        )
        if moved:
            self.bulletin.of(one.delivery.stream.kind).deferred.append(change)

    def _end(self, one: Outcome, how: str, **what: Any) -> None:
        """End a delivery that was not accepted and will not be tried again."""
        if _claim_of(one.delivery).delete()[0]:
            news = self.bulletin.of(one.delivery.stream.kind)
            getattr(news, how).append(one.delivery.change(one.at, **what))


def _claim_of(delivery: Claimed) -> DeliveryQuerySet:
    """The very claim that an outcome belongs to.

    Its lease may have ended, and another worker may have claimed it again: that is not ours.
    """
    return Delivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.CLAIMED, claimed_at=delivery.claimed_at
    )


@transaction.atomic(savepoint=False)
def record_accepted(
    accepted: Sequence[tuple[Claimed, str, datetime]], *, origin: str = ENGINE
) -> None:
    """Delete deliveries that the provider accepted, tell their sources, and log the messages.

    Takes (delivery, sid, at). A message is logged also when its delivery is gone already (a
    callback was faster): the log is kept by sid, and what the provider accepted must be in it.
    """
    # By the token of the attempt: one that failed and was queued again meanwhile has another.
    tokens = [one.token for one, _sid, _at in accepted]
    Delivery.objects.filter(Among("token", str, tokens)).delete()
    bulletin = Bulletin(origin)
    for one, sid, at in accepted:
        bulletin.of(one.stream.kind).accepted.append(one.change(at, sid=sid))
    bulletin.tell()
    log_sent([_sent_message(one, sid, at) for one, sid, at in accepted])


def _sent_message(one: Claimed, sid: str, at: datetime) -> SentMessage:
    return SentMessage(
        sid=sid,
        sender_id=one.stream.sender_id,
        account_id=one.account_id,
        contact_id=one.contact_id,
        phone=one.address,
        body=one.body,
        campaign_id=one.stream.source_id if one.stream.kind == CAMPAIGN else None,
        template_version_id=one.template_version_id,
        is_test=one.stream.kind == TEST,
        status="queued",
        at=at,
        content=_content(one),
        token=one.token,
    )


def _content(one: Claimed) -> dict[str, Any]:
    """What the log keeps of a message beside its text."""
    found: dict[str, Any] = {"by": one.asked_by} if one.asked_by else {}
    if one.template_version_id and one.channel == Channel.WHATSAPP:
        sent = sent_version(one.template_version_id, one.content_sid or "")
        found |= sent.parts(one.variables)
    elif ATTACHED in one.variables and not one.template_version_id:
        found[ATTACHED] = one.variables[ATTACHED]
    return found

"""Writing again to people whose message failed after the provider had taken it.

Each attempt has a token and a sid of its own, so that a late status of the attempt before does not
move the new one; only its delivery does, while the new one has not left (late_deliveries). The
former sid stays in the log of messages and in the recipient's history.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.models.querysets import PERSON, RecipientQuerySet
from campaigns.sending.pauses import follow_active, pause_for_error
from campaigns.sending.streams import enqueue_recipients, follow_campaign, stream_of
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from campaigns.status_reasons import NO_REASON
from campaigns.transitions import lock_movable, record_changes
from contacts.states import STAND_IN
from messaging.delivery.settling.error_actions import retry_delay, retry_limit
from messaging.delivery.settling.settlement import REFUSALS_MOST
from messaging.delivery.waking import wake
from messaging.models import new_token
from messaging.providers.errors import Action, ErrorRule
from optouts.reachability import Barrier, Purpose, barrier
from waproject.core.db.expressions import OwnText
from waproject.core.db.retry import persistently

# In these a campaign may still write; a completed one is taken up again.
RETRYABLE = (CampaignStatus.ACTIVE, CampaignStatus.PAUSED, CampaignStatus.COMPLETED)
BATCH = 200


@dataclass
class Outlook:
    """What a retry of a campaign's failed people would do.

    `causes` has the error codes that can pass, with their rules, and `people` counts the people who
    failed with one of them. `left` counts the others, by the reason why they are not tried again.
    """

    causes: dict[str | None, ErrorRule] = field(default_factory=dict)
    people: int = 0
    left: Counter[str] = field(default_factory=Counter)


def retry_late(recipient: Recipient, rule: ErrorRule, *, at: datetime, source: str) -> bool:
    """Queue a recipient again whose message failed at `at`, if the rule and its retries allow.

    An error of the sender, the template or the account says nothing about the recipient: the
    campaign is paused, and the recipient waits until a person resumes it. Takes the recipient as it
    was before it failed; its row is locked by the caller's transaction.
    """
    campaign, tries = recipient.campaign, recipient.retries
    if rule.action is Action.PAUSE:
        after, more = timedelta(), 0
    elif rule.action is Action.RETRY and tries < retry_limit(campaign, rule):
        after, more = retry_delay(campaign, rule, tries), 1
    else:
        return False
    if campaign.ends_at is not None and at + after >= campaign.ends_at:
        return False
    row = Recipient.objects.filter(pk=recipient.pk)
    queued = _requeue(campaign.pk, row, after, source=source, retries=F("retries") + more)
    if queued and rule.action is Action.PAUSE:
        # If it was complete, it has just been taken up again.
        pause_for_error(campaign.pk, rule)
    return bool(queued)


def outlook(campaign_id: int) -> Outlook:
    """Which of a campaign's failed people can be retried, from one grouped query."""
    found = Outlook()
    sender = Campaign.objects.select_related("sender__account").get(pk=campaign_id).sender
    groups = (
        _failed(campaign_id)
        .annotate(
            barrier=barrier(sender.channel, Purpose.MARKETING, PERSON),
            refused=GreaterThanOrEqual(F("attempts"), REFUSALS_MOST),
            emptied=Q(phone__startswith=STAND_IN),
        )
        .order_by()
        .values_list("error_code", "refused", "barrier", "emptied")
        .annotate(people=Count("pk"))
    )
    for code, refused, barred, emptied, people in groups:
        rule = sender.provider.classify_error(code)
        if emptied:
            found.left[_("what they would have read is not kept any more")] += people
        elif barred:
            found.left[str(Barrier(barred).label)] += people
        elif rule.action in (Action.RETRY, Action.PAUSE) or (code is None and refused):
            found.causes[code] = rule
            found.people += people
        else:
            found.left[str(rule.meaning)] += people
    return found


def retry_by_hand(campaign_id: int, causes: dict[str | None, ErrorRule], *, by: int | None) -> int:
    """Queue again the people who failed for one of these causes, in batches; return how many.

    Their retries are counted from zero. A cause that needs time (WhatsApp's 24 hours) still gets
    it. Ends early when the campaign is cancelled meanwhile.
    """
    channel = Campaign.objects.values_list("sender__channel", flat=True).get(pk=campaign_id)
    failed = _failed(campaign_id).filter(failed_at__lte=timezone.now()).writable(channel)
    taken = 0
    for code, rule in causes.items():
        rows = failed.filter(error_code=code)
        if code is None:
            rows = rows.filter(attempts__gte=REFUSALS_MOST)
        after = timedelta(seconds=rule.retry_after or 0)
        while count := _requeue_batch(campaign_id, rows, after, by):
            taken += count
    return taken


def _failed(campaign_id: int) -> RecipientQuerySet:
    return Recipient.objects.filter(campaign=campaign_id).failed()


@persistently
def _requeue_batch(
    campaign_id: int, rows: RecipientQuerySet, after: timedelta, by: int | None
) -> int:
    chosen = rows.addressed().values_list("pk", flat=True)[:BATCH]
    batch = Recipient.objects.filter(pk__in=list(chosen))
    return _requeue(
        campaign_id, batch, after, source=StatusSource.MANUAL, by=by, retries=0, attempts=0
    )


@transaction.atomic
def _requeue(
    campaign_id: int,
    rows: RecipientQuerySet,
    after: timedelta,
    *,
    source: str,
    by: int | None = None,
    **fields: Any,
) -> int:
    """Make failed recipients pending, due `after` their failure; return how many.

    Returns 0 and changes nothing when the campaign may not write any more.
    """
    locked = lock_movable(rows.failed().addressed(), RecipientStatus.PENDING)
    chosen = Recipient.objects.filter(pk__in=locked)
    former = {one.pk: one for one in chosen.only("message_sid", "error_code", "sent_at")}
    # Last: all moves of a campaign lock its row, so it is held for the shortest time.
    if not locked or not _reopen(campaign_id, sum(bool(one.sent_at) for one in former.values())):
        return 0
    chosen.advance(
        RecipientStatus.PENDING,
        token=OwnText("pk", {pk: new_token() for pk in locked}),
        message_sid=None,
        given_up_sid=Coalesce(F("message_sid"), F("given_up_sid")),
        sent_at=None,
        delivered_at=None,
        read_at=None,
        reason="",
        reason_details={},
        **fields,
    )
    campaign = Campaign.objects.select_related("sender").get(pk=campaign_id)
    stream = stream_of(campaign_id) or follow_campaign(campaign_id)
    enqueue_recipients(campaign, stream, chosen, due_at=F("failed_at") + after)
    chosen.update(failed_at=None)
    wake(stream.sender_id, timezone.now())
    record_changes(
        locked,
        RecipientStatus.PENDING,
        at=timezone.now(),
        source=StatusSource(source),
        metadata={"cause": "retry", **({"by": by} if by else {})},
        own={
            pk: {"message_sid": one.message_sid, "code": one.error_code}
            for pk, one in former.items()
        },
    )
    return len(locked)


def _reopen(campaign_id: int, unsent: int) -> bool:
    """Take a completed campaign up again, and no longer count `unsent` people as sent.

    False when it was cancelled. The row is locked first: a completion at the same moment either
    comes before and is seen here, or comes after and finds the recipients queued.
    """
    rows = Campaign.objects.filter(pk=campaign_id)
    campaign = rows.select_for_update(of=("self",)).get()
    if campaign.status not in RETRYABLE:
        return False
    if campaign.status == CampaignStatus.COMPLETED:
        rows.advance(CampaignStatus.ACTIVE, completed_at=None, **NO_REASON)
        follow_active(campaign_id)
    rows.update(sent_count=F("sent_count") - unsent)
    return True

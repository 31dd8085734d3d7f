"""Changing a campaign's state: each function is one decision of a person or of the clock."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.actions import CampaignAction
from campaigns.changing import OperationRefused as OperationRefused
from campaigns.changing import existing, locked, require, wrong_state
from campaigns.launch.approval import require_approval
from campaigns.launch.checks import Preflight, preflight, refuse
from campaigns.launch.launch import begin, being_changed, is_unchanged
from campaigns.models import Campaign, Launch, Recipient
from campaigns.sending import retries
from campaigns.sending.pauses import why_stopped
from campaigns.sending.streams import KIND, follow_campaign
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from campaigns.status_reasons import NO_REASON, StatusReason, by_person, said
from campaigns.transitions import move
from messaging.delivery.queue import skip_ended
from messaging.delivery.waking import look_for_room
from waproject.accounts.actors import SYSTEM, Actor, permit, user_of
from waproject.audit.acting import acting
from waproject.core.jobs import operations as jobs
from waproject.core.text.durations import in_words
from waproject.core.text.sentences import gettext as _
from waproject.core.text.sentences import ngettext

STARTABLE = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED)


@dataclass(frozen=True)
class Retried:
    """How many people a retry queued again, and how many it left, by the reason."""

    taken: int
    left: Counter[str]

    def __str__(self) -> str:
        taken = ngettext(
            "%(count)d person is written to again.",
            "%(count)d people are written to again.",
            self.taken,
        ) % {"count": self.taken}
        return " ".join([taken, *left_out(self.left)])


def left_out(left: Counter[str]) -> Iterator[str]:
    """A sentence for each reason why people are not written to again."""
    for reason, count in left.most_common():
        yield _("Left out: %(people)s (%(reason)s).") % {
            "people": count,
            "reason": reason.rstrip("."),
        }


def launch(campaign_id: int, *, by: Actor, accept_warnings: bool = False) -> int:
    """Freeze text and audience of a draft or scheduled campaign, and start sending.

    Returns the number of recipients queued. Raises OperationRefused when the preflight has
    an error, or a warning that was not accepted. A campaign to more people than one chunk holds is
    `launching` then: a job goes on with it (campaigns.launch.further_chunks).
    """
    permit(by, CampaignAction.LAUNCH.permission)
    return begin(
        campaign_id,
        permit=lambda campaign: require(campaign, STARTABLE),
        by=by,
        accept_warnings=accept_warnings,
    )


def launch_on_time(campaign_id: int) -> int:
    """Launch a scheduled campaign whose hour has come, in the name of the user who scheduled it.

    Returns the number of recipients queued. Raises OperationRefused when the hour has not come yet,
    or passed longer ago than the campaign allows, and as `launch` does.
    """
    return begin(campaign_id, permit=_require_its_hour, by=SYSTEM, accept_warnings=True)


def schedule(
    campaign_id: int,
    *,
    at: datetime,
    by: Actor,
    accept_warnings: bool = False,
    found: Preflight | None = None,
) -> None:
    """Launch a draft by itself at a moment to come; its text and audience are frozen then.

    `found` is its preflight, where that was made before.
    """
    permit(by, CampaignAction.SCHEDULE.permission)
    campaign = existing(campaign_id)
    require(campaign, STARTABLE)
    if at <= timezone.now():
        raise OperationRefused(
            [_("The start lies in the past. Choose a later one, or launch now.")]
        )
    # Before the lock: it reads everyone, and on SQLite all other writers would wait for it.
    found = found or preflight(campaign, starts_at=at)
    refuse(found, accept_warnings=accept_warnings)
    require_approval(campaign, found.recipients, launcher=user_of(by))
    with _deciding(campaign_id, CampaignAction.SCHEDULE, by) as now:
        require(now, STARTABLE)
        if not is_unchanged(campaign, now):
            raise being_changed(campaign)
        row = Campaign.objects.filter(pk=campaign_id)
        row.filter(status=CampaignStatus.SCHEDULED).update(scheduled_at=at)
        row.advance(CampaignStatus.SCHEDULED, scheduled_at=at, launched_by=user_of(by), **NO_REASON)


def unschedule(campaign_id: int, *, by: Actor, reason: str = "") -> None:
    """Make a scheduled campaign a draft again."""
    with _deciding(campaign_id, CampaignAction.UNSCHEDULE, by, reason):
        scheduled = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SCHEDULED)
        if not scheduled.advance(CampaignStatus.DRAFT, **said(reason)):
            raise OperationRefused([_("The campaign is not scheduled.")])


def give_up_start(campaign_id: int, *, reasons: Sequence[str]) -> bool:
    """Make a campaign that is due but could not start a draft again, and say why on its page.

    False when it has been started or put off meanwhile: then there is nothing to give up.
    """
    due = Campaign.objects.filter(pk=campaign_id).due(timezone.now())
    return bool(due.advance(CampaignStatus.DRAFT, **said(*reasons)))


def pause(campaign_id: int, *, by: Actor, reason: str = "") -> None:
    """Stop sending: once this is committed, only what is already in flight leaves."""
    by_whom = by_person(user_of(by), StatusReason.PAUSED, StatusReason.PAUSED_BY)
    with _deciding(campaign_id, CampaignAction.PAUSE, by, reason) as campaign:
        if not Campaign.objects.filter(pk=campaign_id).advance(
            CampaignStatus.PAUSED, **(said(reason) if reason else by_whom)
        ):
            raise OperationRefused([wrong_state(campaign)])
        follow_campaign(campaign_id)


def resume(campaign_id: int, *, by: Actor) -> None:
    """Go on sending where a pause stopped."""
    with _deciding(campaign_id, CampaignAction.RESUME, by) as campaign:
        require(campaign, {CampaignStatus.PAUSED})
        if stopped := why_stopped(campaign):
            raise OperationRefused([str(stopped)])
        look_for_room(campaign.sender_id)
        Campaign.objects.filter(pk=campaign_id).advance(CampaignStatus.ACTIVE, **NO_REASON)
        follow_campaign(campaign_id)


def cancel(campaign_id: int, *, by: Actor) -> int:
    """Stop for good: whoever has not been written to yet becomes skipped; return how many.

    What is in flight at this moment still settles, and what is uncertain is still found out. A
    launch that is under way ends with the people it has.
    """
    by_whom = by_person(user_of(by), StatusReason.CANCELLED, StatusReason.CANCELLED_BY)
    with _deciding(campaign_id, CampaignAction.CANCEL, by) as campaign:
        if not Campaign.objects.filter(pk=campaign_id).advance(
            CampaignStatus.CANCELLED, completed_at=timezone.now(), **by_whom
        ):
            raise OperationRefused([wrong_state(campaign)])
        if launch := Launch.objects.filter(campaign=campaign_id).first():
            jobs.cancel(launch.job_id)
        follow_campaign(campaign_id)
    return skip_ended(KIND, campaign_id)


def retry_failed(campaign_id: int, *, by: Actor) -> Retried:
    """Write again to the people of a campaign whose message failed for a cause that can pass.

    A completed campaign is sending again then; a paused one waits until it is resumed. Raises
    OperationRefused when the campaign never sent, was cancelled, or has reached its end. The
    decision is logged first; the people are queued in batches after it.
    """
    permit(by, CampaignAction.RETRY.permission)
    found = retries.outlook(existing(campaign_id).pk)
    with _deciding(campaign_id, CampaignAction.RETRY, by) as campaign:
        require(campaign, set(retries.RETRYABLE))
        if campaign.ends_at is not None and campaign.ends_at <= timezone.now():
            raise OperationRefused([_("The campaign has reached its end. Copy it to write again.")])
    user = user_of(by)
    taken = retries.retry_by_hand(campaign_id, found.causes, by=user.pk if user else None)
    return Retried(taken, found.left)


def close(recipient_ids: Sequence[int], *, by: Actor) -> int:
    """Mark people who replied as closed (the sale is made); return how many that were."""
    now, user = timezone.now(), user_of(by)
    with acting(by, CampaignAction.CLOSE) as event:
        moved = move(
            Recipient.objects.filter(pk__in=recipient_ids),
            RecipientStatus.CLOSED,
            at=now,
            source=StatusSource.MANUAL,
            metadata={"by": user.pk} if user else {},
            closed_at=now,
        )
        event.after = {"status": RecipientStatus.CLOSED}
        event.concern(Recipient, sorted(moved))
    return len(moved)


def copy(campaign_id: int, *, by: Actor) -> Campaign:
    """Make a new draft with the same message, audience and pace."""
    with acting(by, CampaignAction.COPY) as event:
        campaign = existing(campaign_id)
        draft = campaign.copy(by=user_of(by))
        event.about, event.text = draft, draft.name
        event.after = {"copy_of": campaign.pk}
    return draft


@contextmanager
def _deciding(
    campaign_id: int, action: CampaignAction, by: Actor, reason: str = ""
) -> Iterator[Campaign]:
    """Lock a campaign for one decision, and log it. Raises OperationRefused when there is none."""
    with acting(by, action, reason=reason) as event:
        campaign = locked(campaign_id)
        event.about, event.text = campaign, campaign.name
        event.before = _standing(campaign)
        yield campaign
        event.after = _standing(existing(campaign_id))


def _standing(campaign: Campaign) -> dict[str, Any]:
    return {"status": campaign.status, "scheduled_at": campaign.scheduled_at}


def _require_its_hour(campaign: Campaign) -> None:
    """Raise OperationRefused unless the campaign is scheduled and its start is now."""
    require(campaign, {CampaignStatus.SCHEDULED})
    now, start = timezone.now(), campaign.scheduled_at
    if start is None or start > now:
        raise OperationRefused(
            [_("The hour of “%(name)s” has not come.") % {"name": campaign.name}]
        )
    lateness = timedelta(minutes=campaign.start_expiry_minutes)
    if now - start > lateness:
        raise OperationRefused([_missed_start(campaign, lateness)])


def _missed_start(campaign: Campaign, lateness: timedelta) -> str:
    return _(
        "It did not start on %(start)s: nothing was working then, and it may start at most %(late)s"
        " late. Launch it now, or choose another start."
    ) % {"start": campaign.scheduled_at, "late": in_words(lateness)}

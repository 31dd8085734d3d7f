"""Changing a campaign's state: each function is one decision of a person or of the clock."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns import retries
from campaigns.changing import CannotChange as CannotChange
from campaigns.changing import existing, locked, require, wrong_state
from campaigns.launch.beginning import begin, being_changed, is_unchanged
from campaigns.launch.checks import preflight
from campaigns.launch.going_on import refuse
from campaigns.models import Campaign, Launch, Recipient
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from campaigns.streams import KIND, follow_campaign
from campaigns.transitions import move
from messaging.delivery import reasons
from messaging.delivery.models import Lane
from messaging.delivery.queue import skip_ended
from waproject.core.text.durations import in_words

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


def launch(
    campaign_id: int, *, by: AbstractBaseUser | None = None, accept_warnings: bool = False
) -> int:
    """Freeze text and audience of a draft or scheduled campaign, and start sending.

    Returns the number of recipients queued. Raises CannotChange when the preflight has an error,
    or a warning that was not accepted. A campaign to more people than one chunk holds is
    `launching` then: a job goes on with it (campaigns.launch.going_on).
    """
    return begin(
        campaign_id,
        permit=lambda campaign: require(campaign, STARTABLE),
        by=by,
        accept_warnings=accept_warnings,
    )


def launch_on_time(campaign_id: int) -> int:
    """Launch a scheduled campaign whose hour has come, on the word of who scheduled it.

    Returns the number of recipients queued. Raises CannotChange when the hour has not come yet, or
    passed longer ago than the campaign allows, and as `launch` does.
    """
    by = existing(campaign_id).launched_by
    return begin(campaign_id, permit=_require_its_hour, by=by, accept_warnings=True)


def schedule(
    campaign_id: int,
    *,
    at: datetime,
    by: AbstractBaseUser | None = None,
    accept_warnings: bool = False,
) -> None:
    """Launch a draft by itself at a moment to come; its text and audience are frozen then."""
    campaign = existing(campaign_id)
    require(campaign, STARTABLE)
    if at <= timezone.now():
        raise CannotChange([_("The start lies in the past. Choose a later one, or launch now.")])
    # Before the lock: it reads everyone, and on SQLite all other writers would wait for it.
    refuse(preflight(campaign, starts_at=at), accept_warnings=accept_warnings)
    with transaction.atomic():
        now = locked(campaign_id)
        require(now, STARTABLE)
        if not is_unchanged(campaign, now):
            raise being_changed(campaign)
        row = Campaign.objects.filter(pk=campaign_id)
        row.filter(status=CampaignStatus.SCHEDULED).update(scheduled_at=at)
        row.advance(CampaignStatus.SCHEDULED, scheduled_at=at, launched_by=by, status_reason="")


def unschedule(campaign_id: int, *, reason: str = "") -> None:
    """Make a scheduled campaign a draft again."""
    scheduled = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SCHEDULED)
    if not scheduled.advance(CampaignStatus.DRAFT, status_reason=reason):
        raise CannotChange([_("The campaign is not scheduled.")])


def give_up_start(campaign_id: int, *, reason: str) -> bool:
    """Make a campaign that is due but could not start a draft again, and say why on its page.

    False when it has been started or put off meanwhile: then there is nothing to give up.
    """
    due = Campaign.objects.filter(pk=campaign_id).due(timezone.now())
    return bool(due.advance(CampaignStatus.DRAFT, status_reason=reason))


def pause(campaign_id: int, *, by: AbstractBaseUser | None = None, reason: str = "") -> None:
    """Stop sending: once this is committed, only what is already in flight leaves."""
    sentence = reason or (_("Paused by %(user)s.") % {"user": by} if by else _("Paused."))
    with transaction.atomic():
        if not Campaign.objects.filter(pk=campaign_id).advance(
            CampaignStatus.PAUSED, status_reason=sentence
        ):
            raise CannotChange([wrong_state(existing(campaign_id))])
        follow_campaign(campaign_id)


@transaction.atomic
def resume(campaign_id: int, *, by: AbstractBaseUser | None = None) -> None:
    """Go on sending where a pause stopped."""
    campaign = locked(campaign_id)
    require(campaign, {CampaignStatus.PAUSED})
    # Room in the sender's daily limit is looked for anew: it may have been raised meanwhile.
    Lane.objects.filter(pk=campaign.sender_id).update(room_at=None)
    Campaign.objects.filter(pk=campaign_id).advance(CampaignStatus.ACTIVE, status_reason="")
    follow_campaign(campaign_id)


def cancel(campaign_id: int, *, by: AbstractBaseUser | None = None) -> int:
    """Stop for good: whoever has not been written to yet becomes skipped; return how many.

    What is in flight at this moment still settles, and what is uncertain is still found out. A
    launch that is under way ends with the people it has.
    """
    sentence = _("Cancelled by %(user)s.") % {"user": by} if by else _("Cancelled.")
    with transaction.atomic():
        if not Campaign.objects.filter(pk=campaign_id).advance(
            CampaignStatus.CANCELLED, status_reason=sentence, completed_at=timezone.now()
        ):
            raise CannotChange([wrong_state(existing(campaign_id))])
        Launch.objects.filter(campaign=campaign_id).delete()
        follow_campaign(campaign_id)
    return skip_ended(KIND, campaign_id)


def complete_if_done(campaign_id: int) -> bool:
    """Complete a campaign whose recipients are all in a final state.

    Also one that is paused past its end; its page keeps the reason of the pause, and says that.
    """
    now = timezone.now()
    rows = Campaign.objects.filter(pk=campaign_id).completable(now)
    if not rows.nothing_open().exists():
        return False
    with transaction.atomic():
        # Locked before the last look, so that nobody is queued again unseen.
        campaign = rows.select_for_update(of=("self",)).first()
        if campaign is None:
            return False
        parts = [campaign.status_reason]
        if campaign.status == CampaignStatus.PAUSED:
            parts.append(reasons.words(reasons.ENDED_PAUSED))
        completed = rows.nothing_open().advance(
            CampaignStatus.COMPLETED,
            completed_at=now,
            status_reason=" ".join(part for part in parts if part),
        )
        if completed:
            follow_campaign(campaign_id)
        return bool(completed)


def retry_failed(campaign_id: int, *, by: AbstractBaseUser | None = None) -> Retried:
    """Write again to those of a campaign whose message failed for a cause that can pass.

    A completed campaign is sending again then; a paused one waits until it is resumed. Raises
    CannotChange when the campaign never sent, was cancelled, or has reached its end.
    """
    campaign = existing(campaign_id)
    require(campaign, set(retries.RETRYABLE))
    if campaign.ends_at is not None and campaign.ends_at <= timezone.now():
        raise CannotChange([_("The campaign has reached its end. Copy it to write again.")])
    found = retries.outlook(campaign_id)
    taken = retries.retry_by_hand(campaign_id, found.causes, by=by.pk if by else None)
    return Retried(taken, found.left)


def close(recipient_ids: Sequence[int], *, by: AbstractBaseUser | None = None) -> int:
    """Mark people who replied as closed (the sale is made); return how many that were."""
    now = timezone.now()
    return len(
        move(
            Recipient.objects.filter(pk__in=recipient_ids),
            RecipientStatus.CLOSED,
            at=now,
            source=StatusSource.MANUAL,
            metadata={"by": by.pk} if by else {},
            closed_at=now,
        )
    )


def _require_its_hour(campaign: Campaign) -> None:
    """Raise CannotChange unless the campaign is scheduled, and its hour has come and not passed."""
    require(campaign, {CampaignStatus.SCHEDULED})
    now, start = timezone.now(), campaign.scheduled_at
    if start is None or start > now:
        raise CannotChange([_("The hour of “%(name)s” has not come.") % {"name": campaign.name}])
    lateness = timedelta(minutes=campaign.start_expiry_minutes)
    if now - start > lateness:
        raise CannotChange([_missed_start(campaign, lateness)])


def _missed_start(campaign: Campaign, lateness: timedelta) -> str:
    start = timezone.localtime(campaign.scheduled_at)
    return _(
        "It did not start on %(start)s: nothing was working then, and it may start at most %(late)s"
        " late. Launch it now, or choose another start."
    ) % {"start": date_format(start, "SHORT_DATETIME_FORMAT"), "late": in_words(lateness)}

"""Pausing a campaign for an error of the provider, and taking that back."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from campaigns.streams import follow_campaign
from messaging.delivery.reasons import words
from messaging.providers.errors import Action, ErrorRule

REPEATED_WITHIN = timedelta(hours=1)


def pause_by_rule(campaign_id: int, rule: ErrorRule) -> None:
    """Pause a campaign for an error of its sender or account, or one that was met often lately."""
    if rule.action is Action.PAUSE or (rule.pause_after and _repeated(campaign_id, rule)):
        pause_for(campaign_id, words(rule.meaning), rule.code)


@transaction.atomic
def pause_for(campaign_id: int, sentence: str, code: str | None = None) -> None:
    """Pause an active campaign and put the sentence, with the provider's code, on its page."""
    reason = f"{sentence} ({code})" if code else sentence
    rows = Campaign.objects.filter(pk=campaign_id)
    if rows.advance(CampaignStatus.PAUSED, status_reason=reason):
        follow_campaign(campaign_id)


@transaction.atomic
def end_pause(recipient: Recipient, rule: ErrorRule) -> None:
    """Let a campaign go on that was paused for this error, unless enough others met it."""
    met = Recipient.objects.filter(campaign=recipient.campaign_id, error_code=rule.code)
    if met.exclude(pk=recipient.pk)[: rule.pause_after].count() >= rule.pause_after:
        return
    paused = Campaign.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()),
        pk=recipient.campaign_id,
        status=CampaignStatus.PAUSED,
        status_reason__endswith=f"({rule.code})",
    )
    if paused.advance(CampaignStatus.ACTIVE, status_reason=""):
        follow_campaign(recipient.campaign_id)


def _repeated(campaign_id: int, rule: ErrorRule) -> bool:
    """Whether enough recipients of the campaign met this error lately for it to pause."""
    if rule.pause_after <= 1:
        return True
    lately = timezone.now() - REPEATED_WITHIN
    met = Recipient.objects.filter(
        campaign=campaign_id, error_code=rule.code, failed_at__gte=lately
    )
    return met[: rule.pause_after].count() >= rule.pause_after

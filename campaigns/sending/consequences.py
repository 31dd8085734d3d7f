"""What an error of the provider means beyond its own recipient."""

from datetime import timedelta

from django.utils import timezone

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.twilio.errors import Action, ErrorRule
from optouts.models import Reason, Source
from optouts.operations import opt_out

REPEATED_WITHIN = timedelta(hours=1)


def apply(campaign_id: int, contact_id: int, rule: ErrorRule) -> None:
    """Mark the contact, block its channel, record the opt-out, or pause the campaign."""
    if rule.action is Action.MARK_INVALID:
        Contact.objects.filter(pk=contact_id).mark_invalid()
    elif rule.action is Action.BLOCK_CHANNEL:
        sender = Campaign.objects.select_related("sender").get(pk=campaign_id).sender
        Contact.objects.filter(pk=contact_id).block_channel(sender.channel, rule.code)
    elif rule.action is Action.OPT_OUT:
        opt_out(
            Contact.objects.get(pk=contact_id),
            reason=Reason.PROVIDER,
            source=Source.PROVIDER,
            evidence=str(rule.code),
        )
    elif rule.pause_after and _repeated(campaign_id, rule):
        pause_for(campaign_id, reasons.words(rule.meaning), rule.code)


def pause_for(campaign_id: int, sentence: str, code: int | None) -> None:
    """Pause an active campaign and put the sentence, with the provider's code, on its page."""
    reason = f"{sentence} ({code})" if code else sentence
    Campaign.objects.filter(pk=campaign_id).advance(CampaignStatus.PAUSED, status_reason=reason)


def _repeated(campaign_id: int, rule: ErrorRule) -> bool:
    """Whether enough recipients of the campaign met this error lately for it to pause."""
    if rule.pause_after <= 1:
        return True
    lately = timezone.now() - REPEATED_WITHIN
    met = Recipient.objects.filter(
        campaign=campaign_id, error_code=rule.code, failed_at__gte=lately
    )
    return met[: rule.pause_after].count() >= rule.pause_after


def retry_limit(campaign: Campaign, rule: ErrorRule) -> int:
    """How often this error may be retried in this campaign."""
    if rule.max_retries is None:
        return campaign.max_retries
    return min(campaign.max_retries, rule.max_retries)


def retry_delay(campaign: Campaign, rule: ErrorRule, retries: int) -> timedelta:
    """How long to wait before the next try, after `retries` tries: doubled each time."""
    own = timedelta(seconds=campaign.retry_delay_seconds * 2**retries)
    return max(own, timedelta(seconds=rule.retry_after or 0))

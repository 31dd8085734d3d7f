"""Pausing a campaign for an error of the provider or for its template, and taking that back."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.sending.streams import follow_campaign
from campaigns.states import CampaignStatus
from campaigns.status_reasons import NO_REASON, because_of
from contacts.states import Channel
from messaging.delivery.reasons import NO_REASON as NOTHING
from messaging.delivery.reasons import NotSent, Why, why, why_refused
from messaging.models import TemplateApproval
from messaging.providers.errors import Action, ErrorRule
from messaging.states import ApprovalStatus
from waproject.core.db.retry import persistently

REPEATED_WITHIN = timedelta(hours=1)
# What the provider says of a template that it does not send, and the reason that a campaign names.
STOPPED = {
    ApprovalStatus.REJECTED: NotSent.TEMPLATE_REJECTED,
    ApprovalStatus.PAUSED: NotSent.TEMPLATE_PAUSED,
    ApprovalStatus.DISABLED: NotSent.TEMPLATE_DISABLED,
}


def pause_by_rule(campaign_id: int, rule: ErrorRule) -> None:
    """Pause a campaign for an error of its sender or account, or one that was met often lately."""
    if rule.action is Action.PAUSE or (rule.pause_after and _repeated(campaign_id, rule)):
        pause_for_error(campaign_id, rule)


def pause_for_error(campaign_id: int, rule: ErrorRule) -> None:
    """Pause an active campaign for an error of its provider, which its page then names."""
    account = "sender__account__provider"
    provider = Campaign.objects.values_list(account, flat=True).get(pk=campaign_id)
    pause_for(campaign_id, why_refused(provider, rule))


@transaction.atomic
def pause_for(campaign_id: int, reason: Why) -> bool:
    """Pause an active campaign; its page says why. Return whether it was one."""
    rows = Campaign.objects.filter(pk=campaign_id)
    moved = bool(rows.advance(CampaignStatus.PAUSED, **because_of(reason)))
    if moved:
        follow_campaign(campaign_id)
    return moved


def why_stopped(campaign: Campaign) -> Why:
    """Why the campaign's template cannot be sent now; no reason when it can.

    In a transaction that has locked the campaign. Its template cannot be stopped before that ends:
    so it is either seen here, or whoever stops it sees the campaign as it is then.
    """
    if campaign.template_version_id is None or campaign.sender.channel != Channel.WHATSAPP:
        return NOTHING
    rows = TemplateApproval.objects.select_related("version__template")
    approval = rows.select_for_update(of=("self",)).get(version=campaign.template_version_id)
    code = STOPPED.get(ApprovalStatus(approval.status))
    return why(code, template=approval.version.template.name) if code else NOTHING


@persistently
@transaction.atomic
def pause_if_stopped(campaign_id: int) -> bool:
    """Pause an active campaign if WhatsApp has stopped its template; return whether it was so."""
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("sender")
    reason = why_stopped(rows.get(pk=campaign_id))
    return bool(reason) and pause_for(campaign_id, reason)


def follow_active(campaign_id: int) -> None:
    """Open the stream of a campaign that has just become active, in the same transaction.

    While it was not, its template may have been stopped: then it is paused, and says why.
    """
    if not pause_if_stopped(campaign_id):
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
        status_reason=NotSent.PROVIDER_ERROR,
        status_details__error=rule.code,
    )
    if paused.advance(CampaignStatus.ACTIVE, **NO_REASON):
        follow_active(recipient.campaign_id)


def _repeated(campaign_id: int, rule: ErrorRule) -> bool:
    """Whether enough recipients of the campaign met this error lately for it to pause."""
    if rule.pause_after <= 1:
        return True
    lately = timezone.now() - REPEATED_WITHIN
    met = Recipient.objects.filter(
        campaign=campaign_id, error_code=rule.code, failed_at__gte=lately
    )
    return met[: rule.pause_after].count() >= rule.pause_after

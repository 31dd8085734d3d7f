"""What an error of the provider means beyond its own recipient, and how a delivery disproves it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from contacts.addresses import address_on
from contacts.models import Contact
from messaging.models import Message
from messaging.providers.errors import Action, ErrorRule
from optouts.models import Reason
from optouts.operations import opt_out, opt_out_phone

REPEATED_WITHIN = timedelta(hours=1)
# Errors that change the person's own row, or a row that refers to it.
ABOUT_THE_PERSON = {Action.MARK_INVALID, Action.BLOCK_CHANNEL, Action.OPT_OUT}


def lock_people(recipients: Iterable[Recipient]) -> None:
    """Lock the people whom news of these recipients may change, before the recipients themselves.

    In the order of all transactions: people before recipients (docs/architecture.md). Those are
    their contacts and, where the contact has another number by now, whoever has the former one.
    """
    pairs = [(one.contact_id, one.phone) for one in recipients]
    theirs = Q(pk__in={contact for contact, _phone in pairs})
    Contact.objects.filter(theirs | Q(phone__in={phone for _contact, phone in pairs})).lock()


def apply(campaign_id: int, contact_id: int, rule: ErrorRule, address: str) -> None:
    """Mark the contact, block its channel, record the opt-out, or pause the campaign.

    `address` is where the message went. When the contact was given another one since, the error
    says nothing about the contact; an opt-out counts for whoever has that number.
    """
    if rule.action in ABOUT_THE_PERSON:
        channel = _channel(campaign_id)
        goes_there = Contact.objects.alias(goes_to=address_on(channel))
        person = goes_there.filter(pk=contact_id, goes_to=address).first()
        if person is not None:
            _apply_to(person, rule, channel)
        elif rule.action is Action.OPT_OUT and address.startswith("+"):
            opt_out_phone(address, reason=Reason.PROVIDER, evidence=str(rule.code))
    elif rule.pause_after and _repeated(campaign_id, rule):
        pause_for(campaign_id, reasons.words(rule.meaning), rule.code)


def _apply_to(person: Contact, rule: ErrorRule, channel: str) -> None:
    if rule.action is Action.MARK_INVALID:
        Contact.objects.filter(pk=person.pk).mark_invalid()
    elif rule.action is Action.BLOCK_CHANNEL:
        Contact.objects.filter(pk=person.pk).block_channel(channel, rule.code)
    else:
        opt_out(person, reason=Reason.PROVIDER, evidence=str(rule.code))


def undo(recipient: Recipient, sent_at: datetime, rule: ErrorRule) -> None:
    """Take back what an error did whose message, sent at `sent_at`, was delivered after all.

    What the failure of a later message says as well stands; so does an opt-out, which only the
    person or a member of staff undoes. The caller has locked the person.
    """
    person = Contact.objects.filter(pk=recipient.contact_id)
    if rule.action is Action.MARK_INVALID:
        if not _is_said_later(recipient, sent_at, rule):
            person.take_back_invalid()
    elif rule.action is Action.BLOCK_CHANNEL:
        channel = _channel(recipient.campaign_id)
        if not _is_said_later(recipient, sent_at, rule, channel):
            person.unblock_channel(channel)
    elif rule.pause_after:
        _end_pause(recipient, rule)


def pause_for(campaign_id: int, sentence: str, code: str | None) -> None:
    """Pause an active campaign and put the sentence, with the provider's code, on its page."""
    reason = f"{sentence} ({code})" if code else sentence
    Campaign.objects.filter(pk=campaign_id).advance(CampaignStatus.PAUSED, status_reason=reason)


def _end_pause(recipient: Recipient, rule: ErrorRule) -> None:
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
    paused.advance(CampaignStatus.ACTIVE, status_reason="")


def _is_said_later(
    recipient: Recipient, sent_at: datetime, rule: ErrorRule, channel: str | None = None
) -> bool:
    """Whether a later message to the person, on that channel if one is given, failed likewise.

    Both are asked: the log, which has what the provider took, and the recipients, since what it
    refused at once is not in the log. Earlier failures are disproved as well.
    """
    codes = recipient.campaign.sender.provider.codes_for(rule.action)
    met: dict[str, Any] = {"contact": recipient.contact_id, "error_code__in": codes}
    logged = Message.objects.outbound().filter(**met, created_at__gt=sent_at)
    refused = Recipient.objects.failed().filter(
        **met, message_sid__isnull=True, failed_at__gt=sent_at
    )
    if channel:
        logged = logged.filter(conversation__sender__channel=channel)
        refused = refused.filter(campaign__sender__channel=channel)
    return logged.exists() or refused.exists()


def _channel(campaign_id: int) -> str:
    return Campaign.objects.values_list("sender__channel", flat=True).get(pk=campaign_id)


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

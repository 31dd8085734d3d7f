"""What an error of the provider means for the person it was met with, and how to take it back."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import Q

from contacts.addresses import address_on
from contacts.models import Contact
from messaging.models import Message
from messaging.providers.errors import Action, ErrorRule
from optouts.models import Reason
from optouts.operations import opt_out, opt_out_phone

# Errors that change the person's own row, or a row that refers to it.
ABOUT_THE_PERSON = {Action.MARK_INVALID, Action.BLOCK_CHANNEL, Action.OPT_OUT}


def lock_people(pairs: Iterable[tuple[int, str]]) -> None:
    """Lock the people whom news may change, before the deliveries and the sources' rows.

    Takes contact and address of each message. In the order of all transactions: people first
    (docs/architecture.md). Those are the contacts and, where a contact has another number by now,
    whoever has the former one.
    """
    known = list(pairs)
    theirs = Q(pk__in={contact for contact, _address in known})
    Contact.objects.filter(theirs | Q(phone__in={address for _contact, address in known})).lock()


def apply_to_person(contact_id: int, rule: ErrorRule, address: str, channel: str) -> None:
    """Mark the contact, block its channel, or record the opt-out, if the rule is about the person.

    `address` is where the message went. When the contact was given another one since, the error
    says nothing about the contact; an opt-out counts for whoever has that number.
    """
    if rule.action not in ABOUT_THE_PERSON:
        return
    goes_there = Contact.objects.alias(goes_to=address_on(channel))
    person = goes_there.filter(pk=contact_id, goes_to=address).first()
    if person is not None:
        _apply_to(person, rule, channel)
    elif rule.action is Action.OPT_OUT and address.startswith("+"):
        opt_out_phone(address, reason=Reason.PROVIDER, evidence=str(rule.code))


def _apply_to(person: Contact, rule: ErrorRule, channel: str) -> None:
    if rule.action is Action.MARK_INVALID:
        Contact.objects.filter(pk=person.pk).mark_invalid()
    elif rule.action is Action.BLOCK_CHANNEL:
        Contact.objects.filter(pk=person.pk).block_channel(channel, rule.code)
    else:
        opt_out(person, reason=Reason.PROVIDER, evidence=str(rule.code))


def take_back(contact_id: int, rule: ErrorRule, channel: str) -> None:
    """Undo what an error did to the person, whose message was delivered after all.

    An opt-out stands: only the person or a member of staff undoes it.
    """
    person = Contact.objects.filter(pk=contact_id)
    if rule.action is Action.MARK_INVALID:
        person.take_back_invalid()
    elif rule.action is Action.BLOCK_CHANNEL:
        person.unblock_channel(channel)


def is_said_later(
    contact_id: int, rule: ErrorRule, codes: Collection[str], since: datetime, channel: str
) -> bool:
    """Whether a message of the log, later than `since`, failed with one of these codes.

    A blocked channel is asked about on that channel alone.
    """
    later = Message.objects.outbound().filter(
        contact=contact_id, error_code__in=codes, created_at__gt=since
    )
    if rule.action is Action.BLOCK_CHANNEL:
        later = later.filter(conversation__sender__channel=channel)
    return later.exists()


class RetryPolicy(Protocol):
    """How often, and after how many seconds, errors that may pass are tried again."""

    max_retries: int
    retry_delay_seconds: int


def retry_limit(policy: RetryPolicy, rule: ErrorRule) -> int:
    """How often this error may be retried."""
    if rule.max_retries is None:
        return policy.max_retries
    return min(policy.max_retries, rule.max_retries)


def retry_delay(policy: RetryPolicy, rule: ErrorRule, retries: int) -> timedelta:
    """How long to wait before the next try, after `retries` tries: doubled each time."""
    own = timedelta(seconds=policy.retry_delay_seconds * 2**retries)
    return max(own, timedelta(seconds=rule.retry_after or 0))

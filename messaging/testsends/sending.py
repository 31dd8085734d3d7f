"""Sending a test to a number of one's own, and what becomes of it.

A test goes the way of every message, before all others. Its row in the log is marked, and no
campaign, summary or report counts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact, Tag
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import phone_key
from messaging.actions import TestSendAction
from messaging.delivery import queue
from messaging.delivery.settling.settlement import TEST
from messaging.delivery.settling.unsent import log_unsent
from messaging.delivery.sources import News, Source
from messaging.delivery.states import Priority
from messaging.models import Channel, Conversation, Sender, TemplateVersion
from messaging.providers.base import NotConfigured
from optouts.reachability import Barrier, Purpose, barrier
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.audit.models import Event

# A test that could not leave for so long is not sent any more: nobody waits for it.
VALID_FOR = timedelta(minutes=30)
# So many tests of one user within so long.
MOST = 10
WITHIN = timedelta(minutes=10)


class CannotTest(Exception):
    """Why no test is sent. Its text is a sentence."""


@dataclass(frozen=True)
class Outgoing:
    """What a test says: a version of a template with its values, or a text as it is."""

    body: str
    version: TemplateVersion | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def send_test(text: Outgoing, *, sender: Sender, phone: str, by: User) -> str:
    """Send a text to a number of the user's own, before everything else; return the number.

    The number is remembered for the next time. It is kept as a contact, so that answers from it
    find their place. Raises CannotTest.
    """
    with acting(by, TestSendAction.SEND) as event:
        number = _parsed(phone)
        # Whoever sends from two windows at once is counted one after the other.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        _require_room(by)
        contact = _contact(number, by)
        if refusal := why_not(sender, contact, text) or _why_elsewhere(sender, contact, number):
            raise CannotTest(refusal)
        event.about = text.version.template if text.version else sender
        event.text = str(event.about)
        User.objects.filter(pk=by.pk).update(test_phone=number)
        _enqueue(text, sender, contact, by)
    return number


def why_not(sender: Sender, contact: Contact, text: Outgoing) -> str:
    """Why this text cannot go to this contact now; "" when it can."""
    if sender.status != Sender.Status.ACTIVE:
        return _("The sender is switched off.")
    try:
        sender.account.sending_credentials()
    except NotConfigured as error:
        return str(error)
    code = Contact.objects.filter(pk=contact.pk).values_list(
        barrier(sender.channel, Purpose.SERVICE), flat=True
    )[0]
    if code:
        return _("This number may not be written to: %(reason)s.") % {"reason": Barrier(code).label}
    return _why_not_by_whatsapp(sender, contact, text) if _is_whatsapp(sender) else ""


def _why_elsewhere(sender: Sender, contact: Contact, number: str) -> str:
    """A further phone is refused: the test would leave for the one where the person is reached."""
    if phone_key(contact.address_on(sender.channel)) == phone_key(number):
        return ""
    return _(
        "A contact has this number as a further phone and is written to at another one. Use the"
        " other one, or take this one away from the contact."
    )


def _is_whatsapp(sender: Sender) -> bool:
    return sender.channel == Channel.WHATSAPP


def _why_not_by_whatsapp(sender: Sender, contact: Contact, text: Outgoing) -> str:
    """WhatsApp takes approved templates, and free text within its window."""
    if text.version is not None:
        if text.version.content_sid:
            return ""
        return _("WhatsApp has not approved this text yet, so it cannot be sent by WhatsApp.")
    talks = Conversation.objects.filter(sender=sender, contact=contact)
    if talks.in_window(timezone.now()).exists():
        return ""
    return _(
        "WhatsApp takes free text only within 24 hours of the person's last message. Write to"
        " %(number)s from this phone first, or use a template."
    ) % {"number": sender.address}


def _parsed(phone: str) -> str:
    try:
        return parse_phone(phone)
    except PhoneError as error:
        raise CannotTest(str(error)) from None


def _require_room(user: User) -> None:
    since = timezone.now() - WITHIN
    sent = Event.objects.filter(actor=user, action=TestSendAction.SEND.value, at__gt=since)
    if sent.count() >= MOST:
        raise CannotTest(
            _("That were %(most)d tests within %(minutes)d minutes. Wait a little.")
            % {"most": MOST, "minutes": WITHIN // timedelta(minutes=1)}
        )


def _contact(number: str, user: User) -> Contact:
    """The contact with this number, made and tagged when there is none."""
    found: Contact | None = Contact.objects.with_phones([number]).first()
    if found is not None:
        return found
    name = user.get_full_name() or user.get_username()
    made: Contact = Contact.objects.having_phone(number, name=name)
    label = _("Test numbers")
    made.tags.add(Tag.objects.named(label) or Tag.objects.get_or_create(name=label)[0])
    return made


def _enqueue(text: Outgoing, sender: Sender, contact: Contact, user: User) -> None:
    stream = queue.open_stream(sender.pk, TEST, priority=Priority.PERSON, purpose=Purpose.SERVICE)
    item = queue.Item(
        contact_id=contact.pk,
        address=contact.address_on(sender.channel),
        body=text.body,
        template_version_id=text.version.pk if text.version else None,
        variables=dict(text.variables),
        valid_until=timezone.now() + VALID_FOR,
        asked_by_id=user.pk,
    )
    queue.enqueue(stream, [item])


def became(news: News) -> None:
    """Log the tests that did not leave, so that their senders see why."""
    for one in [*news.failed, *news.skipped]:
        log_unsent(one, is_test=True)


SOURCE = Source(became)

"""Deliveries, messages and conversations, when a person is erased (PERSON_ERASERS)."""

import operator
from functools import reduce

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.privacy.subjects import CannotErase, Subject, strike_out
from messaging.delivery.states import DeliveryState
from messaging.inbox.models import Draft, Entry, NextStep
from messaging.models import Conversation, Delivery, KeptStatus, Message
from messaging.privacy.emptying import empty_messages
from waproject.audit.erasing import forget_reasons


def erase_deliveries(subject: Subject) -> dict[str, int]:
    """Empty what waits to be sent; the next claim skips it, since the contact is reached nowhere.

    CannotErase while a message is under way: its worker would write the address again.
    """
    rows = Delivery.objects.filter(contact=subject.contact).order_by("pk")
    locked = list(rows.select_for_update(of=("self",)))
    if any(one.state != DeliveryState.WAITING for one in locked):
        raise CannotErase(_("A message to this person is being sent. Try again in some minutes."))
    emptied = rows.update(address=subject.stand_in, body="", variables={})
    return {str(Delivery._meta.verbose_name_plural): emptied}


def erase_messages(subject: Subject) -> dict[str, int]:
    """Empty the messages, which reports count, and delete the conversations."""
    own = Q(contact=subject.contact) | Q(phone__in=subject.addresses)
    messages = empty_messages(Message.objects.filter(own), subject.stand_in)
    talks = Conversation.objects.filter(contact=subject.contact)
    ids = list(talks.values_list("pk", flat=True))
    forget_reasons(Conversation, ids, [])
    talks.delete()
    for model in (Entry, NextStep, Draft):  # what staff wrote in the conversations of others
        strike_out(model._default_manager.all(), subject)
    return {
        str(Message._meta.verbose_name_plural): messages,
        str(Conversation._meta.verbose_name_plural): len(ids),
        str(KeptStatus._meta.verbose_name_plural): _erase_kept_statuses(subject),
    }


def _erase_kept_statuses(subject: Subject) -> int:
    """Delete reports that name an address: the provider writes `whatsapp:` before some."""
    if not subject.addresses:
        return 0
    named = (Q(address__contains=one) | Q(error_message__contains=one) for one in subject.addresses)
    return KeptStatus.objects.filter(reduce(operator.or_, named)).delete()[0]

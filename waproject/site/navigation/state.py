"""Whether the business can send, in a word at the foot of the navigation."""

from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.phones.parsing import shown_phone
from messaging.models import Sender
from messaging.states import AccountStatus

_BROKEN = (AccountStatus.ERROR, AccountStatus.SUSPENDED)


@dataclass(frozen=True)
class SendingState:
    """A sentence, whether it is a good one, and where something can be done about it."""

    words: str
    is_good: bool
    url: str


def sending_state(user: Any) -> SendingState | None:
    """What the senders in use can do; None for those who may not see senders."""
    if not user.has_perm("messaging.view_sender"):
        return None
    senders = list(
        Sender.objects.filter(status=Sender.Status.ACTIVE)
        .order_by("pk")
        .values_list("name", "address", "account__status")
    )
    words, is_good = _in_words(senders)
    return SendingState(words, is_good, reverse("admin:messaging_sender_changelist"))


def _in_words(senders: list[tuple[str, str, str]]) -> tuple[str, bool]:
    if not senders:
        return _("No sender yet"), False
    broken = [name for name, _address, status in senders if status in _BROKEN]
    if broken:
        return _("%(sender)s cannot send") % {"sender": broken[0]}, False
    waiting = [name for name, _address, status in senders if status == AccountStatus.DISCONNECTED]
    if len(waiting) == len(senders):
        return _("Sending is switched off"), False
    if len(senders) == 1:
        (_name, address, status) = senders[0]
        phone = _readable(address)
        if status == AccountStatus.CONNECTED:
            return _("%(phone)s connected") % {"phone": phone}, True
        return phone, True
    count = len(senders)
    return ngettext("%(count)d sender", "%(count)d senders", count) % {"count": count}, True


def _readable(address: str) -> str:
    try:
        return shown_phone(address)
    except phonenumbers.NumberParseException:  # a short code, or a plan that nobody knows
        return address

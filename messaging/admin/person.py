"""What messaging says on the page of a person: the talks with them, and what may be sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.models import Contact
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE, shown_text
from contacts.person.last_messages import LastMessages
from contacts.person.own import list_of
from contacts.person.parts import (
    Act,
    Bubble,
    Entry,
    Facts,
    Kind,
    Part,
    Record,
    Source,
    Standing,
    Window,
)
from contacts.phones.landlines import is_landline
from contacts.states import Channel
from messaging.actions import ConsentProofAction
from messaging.content import CHOICES, button_texts
from messaging.models import Conversation, Message, Sender
from messaging.states import Direction
from optouts.admin.person import standing_of
from optouts.reachability import Barrier, barrier
from waproject.core.admin import chips
from waproject.core.text.moments import said

MESSAGES = Kind("messages", gettext_lazy("Messages"))
SEE_TALKS = "messaging.view_conversation"
# Characters of a message that the page quotes.
QUOTED = 280
# Channels on which campaigns write.
CHANNELS = (Channel.WHATSAPP, Channel.SMS)


def _talks(contact: Contact, user: Any, window: Window) -> list[Entry]:
    """One entry for each day and conversation, with the last words of either side.

    What a campaign sent is told by the campaign.
    """
    talks = window.latest(_days(contact), "last", "last_id")
    named = {pk for talk in talks for pk in (talk["last_in"], talk["last_out"]) if pk}
    messages = Message.objects.only("body", "type", "content", "direction").in_bulk(named)
    return [_entry(talk, messages) for talk in talks]


def _days(contact: Contact) -> "QuerySet[Any, Any]":
    theirs, ours = Q(direction=Direction.INBOUND), Q(direction=Direction.OUTBOUND)
    return (
        Message.objects.filter(contact=contact)
        .exclude(ours, campaign_id__isnull=False)
        .order_by()
        .values(
            "conversation",
            day=TruncDate("created_at"),
            newest=F("conversation__last_message_at"),
        )
        .annotate(
            last=Max("created_at"),
            last_id=Max("pk"),
            last_in=Max("pk", filter=theirs),
            last_out=Max("pk", filter=ours),
            received=Count("pk", filter=theirs),
            sent=Count("pk", filter=ours),
        )
    )


def _entry(talk: dict[str, Any], messages: dict[int, Message]) -> Entry:
    ids = sorted(pk for pk in (talk["last_in"], talk["last_out"]) if pk in messages)
    quoted = [messages[pk] for pk in ids if messages[pk].body]
    return Entry(
        talk["last"],
        talk["last_id"],
        "reply" if talk["received"] else "send",
        _linked(_how_much(talk["received"], talk["sent"]), talk),
        tone=chips.GOOD if talk["received"] else "",
        said=[_said(one) for one in quoted],
    )


def _said(message: Message) -> Bubble:
    """The message as the thread shows it: a tapped button as such, and the buttons sent below."""
    if message.direction == Direction.INBOUND:
        is_tapped = any(key in message.content for key in CHOICES)
        return Bubble(_quoted(message.body), kind=message.type_in_words if is_tapped else "")
    buttons = [shown_text(text) for text in button_texts(message.content)]
    return Bubble(_quoted(message.body), is_ours=True, buttons=buttons)


def _how_much(received: int, sent: int) -> str:
    if received and sent:
        return _("Conversation of %(count)d messages") % {"count": received + sent}
    if received:
        return ngettext("Wrote", "Wrote %(count)d messages", received) % {"count": received}
    return ngettext("Was written to", "Was sent %(count)d messages", sent) % {"count": sent}


def _linked(words: str, talk: dict[str, Any]) -> str:
    """The words as a link to that day of the thread, or to its end where that is the day."""
    if talk["conversation"] is None:
        return words
    is_newest = talk["newest"] is None or talk["last"] >= talk["newest"]
    at = {} if is_newest else {"before": talk["last_id"] + 1}
    url = reverse("admin:inbox", query={"talk": talk["conversation"], **at})
    return format_html('<a href="{}">{}</a>', url, words)


def _quoted(body: str) -> str:
    text = shown_text(body)
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


def _facts(contact: Contact, user: Any) -> Facts:
    talks: list[Conversation] = []
    if user.has_perm(SEE_TALKS):
        found = Conversation.objects.filter(contact=contact).select_related("sender")
        talks = list(found.order_by("-last_message_at", "-pk"))
    return Facts(
        standings=[*_standings(contact), *_open_windows(talks)],
        records=[Record(_("Conversations"), list_of(Conversation, contact), len(talks))],
        acts=[*_further_talks(talks), *_proof(contact, user)],
        primary=_open(talks[0], _("Open the conversation")) if talks else None,
    )


def _standings(contact: Contact) -> list[Standing]:
    """Whether campaigns may write to the person on each channel that the business uses."""
    in_use = set(Sender.objects.values_list("channel", flat=True).distinct())
    channels = [one for one in CHANNELS if one in in_use] or [Channel.WHATSAPP]
    row = Contact.objects.filter(pk=contact.pk).annotate(
        **{f"barrier_{channel.value}": barrier(channel) for channel in channels}
    )
    names = [f"barrier_{channel.value}" for channel in channels]
    codes = zip(channels, row.values_list(*names).get(), strict=True)
    where: dict[str, list[str]] = {}
    for channel, code in codes:
        where.setdefault(_with_landline(code, contact, channel), []).append(channel.label)
    return [standing_of(contact, code, ", ".join(labels)) for code, labels in where.items()]


def _with_landline(code: str, contact: Contact, channel: Channel) -> str:
    """The barrier, and that of a landline, which only its number tells."""
    if code or channel != Channel.WHATSAPP or not contact.phone or not is_landline(contact.phone):
        return code
    # Only a person's message opens a window: whoever has one has WhatsApp.
    wrote = Conversation.objects.filter(contact=contact, window_expires_at__isnull=False)
    return "" if wrote.exists() else Barrier.LANDLINE


def _open_windows(talks: Iterable[Conversation]) -> list[Standing]:
    now = timezone.now()
    ends = [talk.window_expires_at for talk in talks if talk.window_is_open(now)]
    until = max((end for end in ends if end), default=None)
    if until is None:
        return []
    words = _("Free text until %(until)s") % {"until": said(until)}
    return [Standing(_("Answers"), words, chips.GOOD)]


def _further_talks(talks: Sequence[Conversation]) -> list[Act]:
    return [
        _open(talk, _("Conversation by %(sender)s") % {"sender": talk.sender}) for talk in talks[1:]
    ]


def _open(talk: Conversation, words: str) -> Act:
    return Act(words, reverse("admin:inbox", query={"talk": talk.pk}), "inbox")


def _proof(contact: Contact, user: Any) -> list[Act]:
    if not user.has_perms([ConsentProofAction.MAKE.permission, SEE_PEOPLE, SEE_ADDRESSES]):
        return []
    url = reverse("admin:messaging_consent_proof", args=[contact.pk])
    return [Act(_("Proof of consent"), url, "shield")]


PART = Part(sources=(Source(MESSAGES, (SEE_PEOPLE, SEE_TALKS), _talks),), facts=_facts)


def _last_messages(contact_ids: Sequence[int]) -> dict[int, datetime]:
    """When the last message of each of these people came or left, over all senders. One query."""
    talks = Conversation.objects.filter(contact__in=contact_ids, last_message_at__isnull=False)
    rows = talks.order_by().values_list("contact").annotate(last=Max("last_message_at"))
    return dict(rows)


LAST_MESSAGES = LastMessages(SEE_TALKS, _last_messages)

"""What a member of staff answers in a conversation: it leaves before any campaign.

There is no row for an answer but its delivery: the conversation's page shows that while it waits,
and the log of messages afterwards, the answer that could not leave too.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.phones.keys import phone_key
from contacts.states import AddressChannel
from messaging.actions import ConversationAction
from messaging.content import PARTS, TOGETHER
from messaging.delivery import queue
from messaging.delivery.models import DeliveryQuerySet
from messaging.delivery.settling.unsent import log_unsent
from messaging.delivery.sources import Change, News, Source
from messaging.delivery.states import Priority
from messaging.inbox.times import rounds
from messaging.models import AnswerPost, Channel, Conversation, Delivery, Message, Sender
from messaging.states import ENDS
from messaging.tokens import new_token, new_tokens
from optouts.reachability import Barrier, Purpose, Row, barrier
from waproject.accounts.actors import Actor, user_of
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.core.db.bulk_lookup import Among

KIND = "answer"
# An answer that could not leave for so long is not sent any more: it would be out of place.
VALID_FOR = timedelta(hours=24)
LONGEST = 1_600
# The messages of one answer leave so long after each other, in their order.
APART = timedelta(seconds=1)
# A page that is posted again after so long was kept open, or restored by the browser.
POSTS_KEPT_FOR = timedelta(days=7)

# Who is answered waits for nobody, what they said was read, and the menu is silent from now on.
ANSWERED: dict[str, Any] = {
    "waiting_since": None,
    "unread_count": 0,
    "wants_human": False,
    "taken_over": True,
}
_PERSON = Row(contact="contact", goes_to="goes_to", until="until", asked_at="asked_at")


class CannotAnswer(Exception):
    """Why nothing can be written in a conversation now. Its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer: its text, and the files that go with it (messaging.content)."""

    text: str = ""
    attached: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Post:
    """What a form sent, by which a repeat of it is known.

    Another text, or other files, from the same form are another answer: somebody went back to the
    page and wrote on. An answer that comes from no page has its message's token for a form's.
    """

    form_token: str
    text: str = ""
    enclosed: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message of an answer: the token of its delivery, its writer, and when it is to leave."""

    token: str
    by: User | None
    at: datetime


def answer(
    conversation_id: int,
    text: str,
    *,
    by: Actor,
    form_token: str = "",
    enclosed: str = "",
    due_at: datetime | None = None,
    parts: Sequence[Part] = (),
) -> bool:
    """Send a text to the person of a conversation, before everything else that waits.

    With `due_at` it leaves then, and can be taken back until then (`take_back`). `parts` are the
    messages that it becomes, in their order; without them it is one, of the text alone.

    `form_token` is that of the page from which it was posted. The same text posted again with it is
    the same answer: False then, and nothing more is sent, unless that answer did not leave. With
    other files, whose checksum is `enclosed`, it is another answer.
    Raises CannotAnswer when WhatsApp takes no free text now, or then not any more, when the person
    may not be written to, or when the sender is switched off.
    """
    with acting(by, ConversationAction.ANSWER) as event:
        rows = Conversation.objects.select_related("sender", "contact")
        # Whoever posts the same at the same moment waits here, and finds the post below.
        conversation = rows.select_for_update(of=("self",), no_key=True).get(pk=conversation_id)
        named = dict(zip(new_tokens(max(len(parts), 1)), parts or [Part(text)], strict=True))
        leaving, *further = [Leaving(one, user_of(by), due_at or timezone.now()) for one in named]
        if not is_first(conversation, Post(form_token or leaving.token, text, enclosed), leaving):
            event.drop()
            return False
        for one in further:
            # Its own token is its form's: the same post again is found by the first message.
            is_first(conversation, Post(one.token), one)
        if refusal := why_not(conversation):
            raise CannotAnswer(str(refusal))
        address, until = _address_of(conversation), valid_until(conversation, due_at)
        if due_at and due_at + len(further) * APART >= until:
            raise CannotAnswer(_("WhatsApp's window closes before that moment."))
        event.about = conversation
        _enqueue(conversation, named, user_of(by), address=address, until=until, due_at=due_at)
        rounds.answered(conversation, token=leaving.token, by=leaving.by, at=leaving.at)
        Conversation.objects.filter(pk=conversation_id).update(**ANSWERED)
        return True


def is_first(conversation: Conversation, post: Post, leaving: Leaving) -> bool:
    """Note a post with its message, in the transaction of the answer; False if it was noted before.

    Each message of an answer has a note of its own: the notes say when staff answered
    (`wait_again`).
    """
    known = {"digest": _digest(post.form_token, post.text), "enclosed": post.enclosed}
    new = {"token": leaving.token, "by": leaving.by, "leaves_at": leaving.at}
    return AnswerPost.objects.get_or_create(new, conversation=conversation, **known)[1]


def was_posted(conversation: Conversation, form_token: str, text: str) -> bool:
    """Whether this text was sent from this page, and not taken back."""
    digest = _digest(form_token, text)
    return AnswerPost.objects.filter(conversation=conversation, digest=digest).exists()


def _digest(form_token: str, text: str) -> str:
    return hashlib.sha256(f"{form_token}\0{text}".encode(errors="surrogatepass")).hexdigest()


def forget_posts(now: datetime) -> int:
    """Forget the posts that nobody will repeat any more; return how many.

    Not those of answers for later that have not left so long ago: they may be taken back, and
    another of them is the first answer then.
    """
    old = now - POSTS_KEPT_FOR
    return int(AnswerPost.objects.filter(posted_at__lt=old, leaves_at__lt=old).delete()[0])


def send_automatic(conversation: Conversation, text: str, *, to: str, until: datetime) -> None:
    """Send what the system itself answers to a message from the address `to`, like an answer."""
    _enqueue(conversation, {new_token(): Part(text)}, None, address=to, until=until)


def take_back(conversation_id: int, delivery_id: int, *, by: Actor) -> list[Delivery]:
    """Take an answer back that has not begun to leave: all of its messages that wait.

    Returns them, oldest first. The person waits as before, unless another answer left or waits.
    Raises CannotAnswer when the message that was named has left, or is leaving.
    """
    with acting(by, ConversationAction.TAKE_BACK) as event:
        conversation = Conversation.objects.get(pk=conversation_id)
        # A worker claims by an UPDATE of waiting rows: who locks the row first has it.
        waiting = _with_others_of(waiting_answers(conversation).waiting(), delivery_id)
        taken = list(waiting.select_for_update(of=("self",)))
        if delivery_id not in [one.pk for one in taken]:
            raise CannotAnswer(_("It has left already."))
        tokens = [one.token for one in taken]
        Delivery.objects.filter(pk__in=[one.pk for one in taken]).delete()
        AnswerPost.objects.filter(token__in=tokens).delete()
        for token in tokens:
            rounds.unanswered(conversation.sender_id, conversation.contact_id, token)
        wait_again(conversation.sender_id, conversation.contact_id)
        event.about = conversation
        return taken


def _with_others_of(rows: DeliveryQuerySet, delivery_id: int) -> DeliveryQuerySet:
    """This one of them, with the other messages of its answer."""
    one = rows.filter(pk=delivery_id).first()
    first = one.variables.get(TOGETHER) if one else None
    those = Q(pk=delivery_id)
    return rows.filter(those | Q(**{f"variables__{TOGETHER}": first}) if first else those)


def _enqueue(
    conversation: Conversation,
    parts: dict[str, Part],
    user: User | None,
    *,
    address: str,
    until: datetime,
    due_at: datetime | None = None,
) -> None:
    """Queue the messages of an answer, by their tokens."""
    stream = queue.open_stream(
        conversation.sender_id, KIND, priority=Priority.PERSON, purpose=Purpose.REPLY
    )
    now = timezone.now()
    whole = {TOGETHER: next(iter(parts)), PARTS: str(len(parts))} if len(parts) > 1 else {}
    items = [
        queue.Item(
            contact_id=conversation.contact_id,
            address=address,
            body=part.text,
            variables={**part.attached, **whole},
            due_at=(due_at or now) + number * APART,
            valid_until=until,
            asked_at=now,
            token=token,
            asked_by_id=user.pk if user else None,
        )
        for number, (token, part) in enumerate(parts.items())
    ]
    queue.enqueue(stream, items)


def why_not(conversation: Conversation) -> str | None:
    """Why nobody can answer in this conversation now; None when they can."""
    sender = conversation.sender
    if sender.status == Sender.Status.DISABLED:
        return _("The sender is switched off.")
    if sender.channel == Channel.WHATSAPP and not conversation.window_is_open(timezone.now()):
        return _("WhatsApp takes free text only within 24 hours of the person's last message.")
    rows = Conversation.objects.filter(pk=conversation.pk).annotate(
        until=Value(valid_until(conversation)),
        asked_at=Value(timezone.now()),
        goes_to=Value(_address_of(conversation)),
    )
    code = rows.values_list(barrier(sender.channel, Purpose.REPLY, _PERSON), flat=True).get()
    if code:
        return _("This person may not be written to: %(reason)s.") % {"reason": Barrier(code).label}
    return None


def _address_of(conversation: Conversation) -> str:
    """The second phone of theirs that they wrote from last; else where they are reached."""
    contact = conversation.contact
    wrote = Message.objects.inbound().filter(conversation=conversation).order_by("-pk")
    last = wrote.values_list("phone", flat=True).first()
    if last:
        phones = contact.addresses.filter(channel=AddressChannel.PHONE, key=phone_key(last))
        if second := phones.values_list("value", flat=True).first():
            return str(second)
    address = contact.phone if conversation.sender.channel == Channel.SMS else contact.address
    return address or ""


def valid_until(conversation: Conversation, due_at: datetime | None = None) -> datetime:
    """The end of WhatsApp's window; elsewhere a day from when it is due."""
    if conversation.sender.channel == Channel.WHATSAPP and conversation.window_expires_at:
        return conversation.window_expires_at
    return (due_at or timezone.now()) + VALID_FOR


def waiting_answers(conversation: Conversation) -> DeliveryQuerySet:
    """The answers of a conversation that have not left, oldest first."""
    # Only replies are asked for: that leads to the index of replies.
    rows = Delivery.objects.filter(
        contact=conversation.contact_id, asked_at__isnull=False, stream__kind=KIND
    )
    return rows.filter(stream__sender=conversation.sender_id).order_by("pk")


def became(news: News) -> None:
    """Log the answers that did not leave, so that their writers see why and can post them again."""
    if ended := [*news.failed, *news.skipped]:
        AnswerPost.objects.filter(Among("token", str, [one.token for one in ended])).delete()
    for one in ended:
        rounds.unanswered(one.stream.sender_id, one.contact_id, one.token)
        wait_again(one.stream.sender_id, one.contact_id)
        _show_in_resolved(one)
        log_unsent(one)


def _show_in_resolved(one: Change) -> None:
    """In a resolved conversation nobody waits: it is unread, so that somebody looks."""
    talks = Conversation.objects.filter(sender=one.stream.sender_id, contact=one.contact_id)
    resolved = talks.filter(status=Conversation.Status.RESOLVED, last_inbound_at__isnull=False)
    resolved.filter(unread_count=0).update(unread_count=1)


def wait_again(sender_id: int, contact_id: int) -> None:
    """An answer came to nothing: the person waits since when they waited before it.

    That is since the first words of the round that no other answer followed; nobody waits where
    another answer followed all of them.
    """
    talks = Conversation.objects.filter(sender=sender_id, contact=contact_id)
    talk = talks.in_work().filter(round_began_at__isnull=False).first()
    if talk is None or talk.round_began_at is None:
        return
    since = _waits_since(talk, talk.round_began_at)
    if since and (talk.waiting_since is None or since < talk.waiting_since):
        talks.filter(pk=talk.pk).update(waiting_since=since)


def _waits_since(talk: Conversation, began_at: datetime) -> datetime | None:
    """When the first words came after which staff wrote no answer, in the round that goes on.

    An answer that the provider did not deliver is none.
    """
    log = Message.objects.outbound().filter(conversation=talk, created_at__gte=began_at)
    lost = log.filter(status__in=ENDS)
    # An answer's moment is that of its post: in the log it has the one at which it left, and words
    # may have come in between.
    posts = AnswerPost.objects.filter(conversation=talk, posted_at__gte=began_at)
    standing = posts.exclude(token__in=lost.values("token"))
    forgotten = log.filter(
        content__has_key="by", created_at__lt=timezone.now() - POSTS_KEPT_FOR
    ).exclude(status__in=ENDS)
    moments = (
        standing.aggregate(at=Max("posted_at"))["at"],
        forgotten.aggregate(at=Max("created_at"))["at"],
    )
    last = max((at for at in moments if at), default=None)
    if last is None:
        return began_at
    words = Message.objects.inbound().filter(conversation=talk, created_at__gt=last)
    return words.order_by("created_at").values_list("created_at", flat=True).first()


SOURCE = Source(became)

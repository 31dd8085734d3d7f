"""The conversation that is open: until when it can be answered, and what keeps an answer back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from contacts.models import ContactStatus
from messaging import answers
from messaging.content import TOGETHER
from messaging.delivery.states import DeliveryState
from messaging.files.sending.limits import Limits, limits_of, why_none
from messaging.files.showing import Shown, files_waiting
from messaging.inbound.store import WINDOW
from messaging.inbox.reading.answered import waiting_mark
from messaging.inbox.reading.around import Around
from messaging.inbox.reading.entries import Happened, entries_of
from messaging.inbox.reading.listing import SOON
from messaging.inbox.reading.thread import Bubble, Thread, thread
from messaging.models import AutoReply, Channel, Conversation, Delivery, Message
from messaging.tokens import new_token
from optouts.models import Change, ConsentEvent, Hold
from optouts.operations import words_in


@dataclass(frozen=True, slots=True)
class Window:
    """How long WhatsApp takes free text still: as `23:05` and in seconds, and in percent of all."""

    left: str
    seconds: int
    until: datetime
    percent: int
    is_soon: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message of ours that has not left, with its files.

    `takes_back`: how many messages its button takes back; 0 without one, as the last of an answer
    has it.
    """

    delivery: Delivery
    files: Sequence[Shown]
    takes_back: int


@dataclass(frozen=True, slots=True)
class Talk:
    """What the middle of the page shows. `items` are messages and what happened between them.

    `refusal` says why nobody can answer now, "" if they can. `opt_out` is the event by which the
    person opted out, `held` a message of theirs that waits for a decision.
    """

    conversation: Conversation
    thread: Thread
    items: list[Bubble | Happened]
    window: Window | None
    has_window: bool
    waiting: list[Waiting]
    refusal: str
    is_out: bool
    opt_out: ConsentEvent | None
    held: Hold | None

    @property
    def menu_is_silent(self) -> bool:
        """Whether the business has a menu that does not answer here: a colleague took over."""
        return self.conversation.taken_over and AutoReply.objects.filter(active=True).exists()

    @property
    def waiting_marks(self) -> str:
        """Which waiting answers are shown, for the post of the next one."""
        rows = [one.delivery for one in self.waiting]
        return ",".join(waiting_mark(one.asked_by_id, one.body) for one in rows)

    @property
    def limits(self) -> Limits | None:
        """What can be sent of files from here; None: none."""
        return limits_of(self.conversation.sender)

    @property
    def why_no_files(self) -> str:
        return why_none(self.conversation.sender)

    @property
    def opt_out_words(self) -> str:
        """What the person wrote when they opted out, or what the provider said; "" for neither."""
        return words_in(self.opt_out.evidence) if self.opt_out else ""


def talk_of(conversation: Conversation, around: Around, *, before: int | None = None) -> Talk:
    """About eight queries, whatever the length of the conversation."""
    contact = conversation.contact
    is_out = contact.status == ContactStatus.OPTED_OUT
    events = ConsentEvent.objects.filter(contact=contact, change=Change.OUT)
    shown = thread(conversation, before=before)
    between = entries_of(conversation, shown.since, _moment_of(before))
    return Talk(
        conversation,
        shown,
        sorted([*between, *shown.bubbles], key=lambda one: one.at),
        window_of(conversation),
        conversation.sender.channel == Channel.WHATSAPP,
        _waiting(around.waiting) if before is None else [],
        answers.why_not(conversation) or "",
        is_out,
        events.first() if is_out else None,
        around.held[0] if around.held and not is_out else None,
    )


def _waiting(deliveries: Sequence[Delivery]) -> list[Waiting]:
    """One query where some have files."""
    files = files_waiting(deliveries)
    free: dict[str, list[int]] = defaultdict(list)
    for one in deliveries:
        if one.state == DeliveryState.WAITING:
            free[_answer_of(one)].append(one.pk)
    return [
        Waiting(
            one,
            files.get(one.pk, ()),
            len(free[_answer_of(one)]) if one.pk in free[_answer_of(one)][-1:] else 0,
        )
        for one in deliveries
    ]


def _answer_of(delivery: Delivery) -> str:
    """By this the messages of one answer are known."""
    return str(delivery.variables.get(TOGETHER, delivery.token))


def _moment_of(message_id: int | None) -> datetime | None:
    """When a message was written; None without one."""
    rows = Message.objects.filter(pk=message_id) if message_id else Message.objects.none()
    return rows.values_list("created_at", flat=True).first()


def window_of(conversation: Conversation) -> Window | None:
    """None where there is none, or where it is closed."""
    left = (conversation.window_expires_at or timezone.now()) - timezone.now()
    if conversation.sender.channel != Channel.WHATSAPP or left <= timedelta(0):
        return None
    minutes = left // timedelta(minutes=1)
    clock = f"{minutes // 60}:{minutes % 60:02}"
    until = timezone.localtime(conversation.window_expires_at)
    seconds = int(left.total_seconds())
    return Window(clock, seconds, until, min(100, round(100 * (left / WINDOW))), left <= SOON)


def form_token() -> str:
    """The name of one rendering of the composer: what is posted twice from it goes once."""
    return new_token()

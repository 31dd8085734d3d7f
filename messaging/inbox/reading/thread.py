"""The messages of a conversation as its page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from messaging.content import BUTTON_TEXT, FOOTER, HEADER, LIST_TITLE, QUOTED_SID, button_texts
from messaging.files.showing import Shown, files_of
from messaging.inbox.reading.campaigns import campaign_reader
from messaging.inbox.reading.carried.advertisements import advertisement_of
from messaging.inbox.reading.carried.places import Place, place_of
from messaging.models import Conversation, Message
from messaging.states import Direction, MessageStatus
from messaging.texts.header_files import header_file
from waproject.accounts.models import User

PAGE = 30

# As WhatsApp shows them: one tick for sent, two for delivered.
TICKS = {
    MessageStatus.SENT: "✓",
    MessageStatus.DELIVERED: "✓✓",
    MessageStatus.READ: "✓✓",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a message of ours comes from, in words and as an icon."""

    words: str
    icon: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message; what went wrong, in words; where one of ours comes from; and its files.

    `quoted` is the message that it answers or reacts to, where the person said so.
    """

    message: Message
    problem: str | Promise = ""
    origin: Origin | None = None
    files: Sequence[Shown] = ()
    quoted: Message | None = None

    @property
    def at(self) -> datetime:
        return self.message.created_at

    @property
    def is_ours(self) -> bool:
        return self.message.direction == Direction.OUTBOUND

    @property
    def ticks(self) -> str:
        return TICKS.get(MessageStatus(self.message.status), "")

    @property
    def header(self) -> dict[str, str]:
        """What stood above the text of a template; empty without a header."""
        found = dict(self.message.content.get(HEADER) or {}) if self.is_ours else {}
        kept = header_file(str(found.get("url", "")))
        return {**found, "url": kept.own_address, "name": kept.name} if kept else found

    @property
    def footer(self) -> str:
        """What stood below the text of a template."""
        return str(self.message.content.get(FOOTER) or "") if self.is_ours else ""

    @property
    def buttons(self) -> list[str]:
        """What stood on the buttons of a template."""
        return button_texts(self.message.content) if self.is_ours else []

    @property
    def text(self) -> str:
        """What was written or chosen; not the name of a document, which stands beside it."""
        names = {one.file.original_filename for one in self.files if one.how == "document"}
        if self.message.body in names:
            return ""
        content = self.message.content
        return self.message.body or content.get(BUTTON_TEXT) or content.get(LIST_TITLE) or ""

    @property
    def advertisement(self) -> str:
        """What stood in the advertisement from which the person came; "" when from none."""
        return "" if self.is_ours else advertisement_of(self.message.content)

    @property
    def place(self) -> Place | None:
        """Where a location is; None without one."""
        return place_of(self.message.content)


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of a conversation, oldest first; `earlier` asks for the page before it, if any."""

    bubbles: list[Bubble]
    earlier: int | None

    @property
    def last_id(self) -> int:
        """The newest message that is shown, 0 without one."""
        return self.bubbles[-1].message.pk if self.bubbles else 0

    @property
    def since(self) -> datetime | None:
        """From when on it shows all; None: from the beginning."""
        return self.bubbles[0].message.created_at if self.earlier else None


def thread(conversation: Conversation, *, before: int | None = None) -> Thread:
    """The newest messages, or those just before the message with the id `before`. Four queries."""
    newest = Message.objects.filter(conversation=conversation).order_by("-id")
    newest = newest.select_related("account")
    if before is not None:
        newest = newest.filter(pk__lt=before)
    found = list(newest[: PAGE + 1])
    shown = found[:PAGE]
    earlier = shown[-1].pk if len(found) > PAGE else None
    return Thread(bubbles(shown[::-1]), earlier)


def bubbles(messages: Iterable[Message]) -> list[Bubble]:
    listed = list(messages)
    origins, files, quoted = _Origins(listed), files_of(listed), _quoted(listed)
    return [
        Bubble(
            one,
            one.error_meaning or one.error_message,
            origins.of(one),
            files.get(one.pk, ()),
            quoted.get(one.content.get(QUOTED_SID, "")),
        )
        for one in listed
    ]


def _quoted(messages: Sequence[Message]) -> dict[str, Message]:
    """The messages that some of these quote, by their sids; one query where they are not shown."""
    wanted = {sid for one in messages if (sid := one.content.get(QUOTED_SID))}
    found = {one.message_sid: one for one in messages if one.message_sid in wanted}
    if further := wanted - found.keys():
        talks = {one.conversation_id for one in messages}
        rows = Message.objects.filter(message_sid__in=further, conversation__in=talks)
        found |= {one.message_sid: one for one in rows}
    return {str(sid): one for sid, one in found.items()}


class _Origins:
    """The names of the campaigns and of the colleagues from which these messages come."""

    def __init__(self, messages: Iterable[Message]) -> None:
        ours = [one for one in messages if one.direction == Direction.OUTBOUND]
        campaigns = {one.campaign_id for one in ours if one.campaign_id}
        writers = {one.content.get("by") for one in ours} - {None}
        self._campaigns = campaign_reader().names(campaigns) if campaigns else {}
        found = User.objects.filter(pk__in=writers) if writers else []
        self._writers = {one.pk: one.get_full_name() or one.get_username() for one in found}

    def of(self, message: Message) -> Origin | None:
        if message.direction != Direction.OUTBOUND:
            return None
        if message.campaign_id:
            name = self._campaigns.get(message.campaign_id, "")
            return Origin(_("Campaign: %(name)s") % {"name": name}, "campaign")
        if message.in_reply_to_id:
            return Origin(_("Automatic reply"), "bot")
        if message.is_test:
            return Origin(_("Test"), "eye")
        if writer := self._writers.get(message.content.get("by", 0)):
            return Origin(writer, "person")
        return None

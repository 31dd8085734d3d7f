"""What a conversation shows of the files of its messages."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from contacts.permissions import shown_address, shown_text
from messaging.content import attached_ids
from messaging.files.actions import SEE_FILES
from messaging.files.models import StoredFile
from messaging.files.states import FileState, FileType
from messaging.models import Delivery, Message
from messaging.states import Direction
from waproject.core.files.kinds import PLAYED, VCARD
from waproject.core.readers import reader_has


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a contact card, as the reader may see them."""

    name: str
    phones: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file in a bubble. `may_open`: the reader has the right to files."""

    file: StoredFile
    may_open: bool

    @property
    def is_here(self) -> bool:
        return self.file.state == FileState.STORED

    @property
    def is_coming(self) -> bool:
        return self.file.state == FileState.WAITING

    @property
    def name(self) -> str:
        return shown_text(self.file.name)

    @property
    def size(self) -> str:
        return filesizeformat(self.file.file_size) if self.file.file_size else ""

    @property
    def how(self) -> str:
        """How it is shown: `picture`, `audio`, `video`, `cards` or `document`."""
        if self.file.thumbnail_path:
            return "picture"
        if self.file.mime_type == VCARD and self.file.content.get("cards"):
            return "cards"
        if self.file.mime_type in PLAYED and self.file.file_type in (
            FileType.AUDIO,
            FileType.VIDEO,
        ):
            return str(self.file.file_type)
        return "document"

    @property
    def people(self) -> list[Person]:
        """Those of a contact card."""
        return [
            Person(shown_text(one["name"]), [shown_address(phone) for phone in one["phones"]])
            for one in self.file.content.get("cards", [])
        ]

    @property
    def url(self) -> str:
        return reverse("admin:files_storedfile_open", args=[self.file.file_id])

    @property
    def thumbnail_url(self) -> str:
        return reverse("admin:files_storedfile_small", args=[self.file.file_id])


def files_of(messages: Collection[Message]) -> dict[int, list[Shown]]:
    """The files of these messages in their order, by the id of the message. One query.

    What people sent names its message; an answer names the files that went with it. Whether they
    may be opened depends on the user for whom the page is made.
    """
    may_open = reader_has(SEE_FILES)
    found: dict[int, list[Shown]] = defaultdict(list)
    ours = [one for one in messages if one.direction == Direction.OUTBOUND]
    # What people wrote into a message names no file.
    went = {file: one.pk for one in ours for file in attached_ids(one.content)}
    named = Q(message__in=[one.pk for one in messages]) | Q(file_id__in=[*went])
    for row in StoredFile.objects.filter(named).order_by("message", "position", "pk"):
        message_id = row.message_id or went.get(str(row.file_id))
        if message_id is not None:
            found[message_id].append(Shown(row, may_open))
    return found


def files_waiting(deliveries: Collection[Delivery]) -> dict[int, list[Shown]]:
    """The files of answers that wait, by the id of the delivery. One query where they have some."""
    going = {file: one.pk for one in deliveries for file in attached_ids(one.variables)}
    if not going:
        return {}
    may_open = reader_has(SEE_FILES)
    found: dict[int, list[Shown]] = defaultdict(list)
    for row in StoredFile.objects.filter(file_id__in=[*going]).order_by("pk"):
        found[going[str(row.file_id)]].append(Shown(row, may_open))
    return found

"""An inbound message has files: they are noted in its transaction, and a job fetches them.

`note_files` stands first among INBOUND_HANDLERS, so that it sees every message, and never answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from contacts.states import STAND_IN
from messaging.content import MEDIA
from messaging.files.models import StoredFile
from messaging.files.states import file_type_of
from messaging.inbound.types import Inbound, Reply
from messaging.models import Message
from waproject.tenants.jobs import enqueue

FETCH = "messaging.files.jobs.fetch_files"
# No channel takes more with one message.
MOST_FILES = 20
LONGEST_URL = 1_000
# Kinds of messages that come with files.
WITH_FILES = ("image", "video", "audio", "voice", "document", "sticker", "contacts")
# A message that could not be handled is stored without its files: they are noted within so long,
# and not while its transaction may be under way.
LOOK_BACK, LET_BE = timedelta(days=2), timedelta(minutes=5)


def note_files(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Note the files of these messages, and queue the job that fetches them."""
    _note(one.message for one in arrived)
    return {}


def note_forgotten() -> int:
    """Note the files of messages that were stored without them; return how many messages."""
    now = timezone.now()
    rows = Message.objects.inbound().filter(
        ~Exists(StoredFile.objects.filter(message=OuterRef("pk"))),
        created_at__gte=now - LOOK_BACK,
        created_at__lt=now - LET_BE,
        contact__isnull=False,
        type__in=WITH_FILES,
    )
    forgotten = list(rows.exclude(phone__startswith=STAND_IN)[:500])
    return len(forgotten) if _note(forgotten) else 0


def _note(messages: Iterable[Message]) -> bool:
    rows = [row for one in messages for row in _rows(one)]
    if rows:
        StoredFile.objects.bulk_create(rows, ignore_conflicts=True)
        enqueue(FETCH)
    return bool(rows)


def _rows(message: Message) -> list[StoredFile]:
    if message.contact_id is None:
        return []
    media: list[dict[str, str]] = message.content.get(MEDIA) or _unnamed(message)
    is_document = len(media) == 1 and message.type == "document"
    return [
        StoredFile(
            contact_id=message.contact_id,
            message=message,
            position=position,
            file_type=file_type_of(found["type"]),
            mime_type=found["type"][:100],
            # The text of a document is its name.
            original_filename=message.body[:200] if is_document else "",
            source_url=found["url"],
            next_try_at=timezone.now(),
        )
        for position, found in enumerate(media[:MOST_FILES])
        if len(found["url"]) <= LONGEST_URL
    ]


def _unnamed(message: Message) -> list[dict[str, str]]:
    """One, of a message that came late: the provider's list says that it has files, not which."""
    return [{"url": "", "type": ""}] if message.type == "document" else []

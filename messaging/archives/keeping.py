"""How long archives stay, what becomes of them with their person, and those of each night."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.archives.content import Wanted
from messaging.archives.making import archive
from messaging.archives.models import ConversationArchive, Format, StorageStatus
from messaging.files.models import StoredFile
from messaging.files.possessions import Possessions
from messaging.models import Conversation
from waproject.core.text.errors import kind_and_place
from waproject.tenants.retention.periods import Period
from waproject.tenants.retention.sweeps import Sweep

logger = logging.getLogger(__name__)

# What says where an archive lies, and nothing of its person.
_TECHNICAL = ("contact", "conversation", "made_by", "file_path", "updated_at", "figures")
# So many with each tick of the night: a task of it has a minute.
AT_ONCE = 20
NIGHT = range(1, 6)

ARCHIVES_KEPT = Period(
    "archives",
    _("Archives of conversations"),
    _("The files are deleted so long after they were made. That there was one stays."),
    default=lambda: 1_825,
    shortest=30,
    may_be_endless=True,
)


POSSESSIONS = Possessions(
    ConversationArchive, ("file_path",), name_of=lambda row: row.name, technical=_TECHNICAL
)
erase_archives = POSSESSIONS.erase
collect_archives = POSSESSIONS.collect
contents_of_person = POSSESSIONS.contents
move_archives = POSSESSIONS.move


def _due(before: datetime) -> "QuerySet[ConversationArchive]":
    found: QuerySet[ConversationArchive] = ConversationArchive.objects.kept().filter(
        created_at__lt=before
    )
    return found


def _remove_due(ids: Sequence[int], before: datetime) -> int:
    rows = _due(before).filter(pk__in=ids)
    locked = POSSESSIONS.locked(rows)
    gone = ConversationArchive.objects.filter(pk__in=[one.pk for one in locked])
    gone.update(storage_status=StorageStatus.DELETED, file_path="", updated_at=timezone.now())
    POSSESSIONS.delete_files(locked)
    return len(locked)


ARCHIVES = Sweep(
    "archives",
    ARCHIVES_KEPT,
    _("archives of conversations"),
    due=_due,
    take=_remove_due,
    chunk=100,
)


def conversations_to_archive(now: datetime) -> "QuerySet[Conversation]":
    """Conversations without a message for ARCHIVE_AFTER_DAYS, and without an archive since.

    An archive whose time was over counts too: made anew, it would never go.
    """
    whole = ConversationArchive.objects.filter(
        conversation=OuterRef("pk"),
        format=Format.JSON,
        start_date=None,
        end_date=None,
        created_at__gte=OuterRef("last_message_at"),
    )
    before = now - timedelta(days=settings.ARCHIVE_AFTER_DAYS)
    talks = Conversation.objects.filter(~Exists(whole), last_message_at__lt=before)
    found: QuerySet[Conversation] = talks.order_by(F("last_message_at").asc(), "pk")
    return found


def archive_some(count: int = AT_ONCE) -> int:
    """Archive some of the conversations that ended long ago; return how many.

    One that cannot be archived is logged, and tried again with the next tick of the night.
    """
    found = conversations_to_archive(timezone.now()).select_related("contact")[:count]
    return sum(_archive_one(talk) for talk in list(found))


def _archive_one(talk: Conversation) -> bool:
    try:
        archive(Wanted(talk.contact, talk), Format.JSON, status=StorageStatus.ARCHIVED)
    except Exception as error:
        logger.error("Conversation %s was not archived: %s", talk.pk, kind_and_place(error))
        return False
    files = StoredFile.objects.filter(message__conversation=talk, is_archived=False)
    files.update(is_archived=True)
    return True


def is_night() -> bool:
    """Whether it is night for the scope's business, and old conversations are archived."""
    return bool(settings.ARCHIVE_AFTER_DAYS) and timezone.localtime().hour in NIGHT

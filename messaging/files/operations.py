"""What staff do with files."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from messaging.files.actions import FileAction
from messaging.files.arriving.receiving import FETCH
from messaging.files.models import StoredFile
from messaging.files.states import FileState
from waproject.accounts.actors import Actor
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.audit.models import Event
from waproject.core.db.retry import persistently
from waproject.tenants.jobs import enqueue

# As long as somebody may watch one film, with pauses.
PLAYS_ON = timedelta(hours=4)


@persistently
def open_file(file_id: UUID, *, by: Actor) -> StoredFile:
    """Note that somebody opens a file; return it. Raises StoredFile.DoesNotExist."""
    with acting(by, FileAction.OPEN) as event:
        row: StoredFile = StoredFile.objects.stored().get(file_id=file_id)
        StoredFile.objects.filter(pk=row.pk).update(
            accessed_count=F("accessed_count") + 1, last_accessed=timezone.now()
        )
        event.about = row
    return row


def note_further_part(row: StoredFile, *, by: User) -> None:
    """Note that somebody asks for a later part of a file.

    Who plays on what they opened within PLAYS_ON does not open it again; who asks for a part alone,
    which may be all but one byte, does.
    """
    opened = Event.objects.filter(
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        action=FileAction.OPEN,
        actor=by,
        at__gt=timezone.now() - PLAYS_ON,
    )
    if not opened.exists():
        open_file(row.file_id, by=by)


def fetch_again(ids: Collection[int], *, by: Actor) -> int:
    """Have files fetched that could not be; return how many."""
    with acting(by, FileAction.FETCH_AGAIN) as event:
        failed = StoredFile.objects.filter(pk__in=ids, state=FileState.FAILED)
        chosen = list(failed.select_for_update().order_by("pk").values_list("pk", flat=True))
        StoredFile.objects.filter(pk__in=chosen).update(
            state=FileState.WAITING, reason="", attempts=0, next_try_at=timezone.now()
        )
        if chosen:
            enqueue(FETCH)
        event.concern(StoredFile, chosen)
    return len(chosen)

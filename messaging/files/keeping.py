"""How long files stay, and what becomes of them with their person."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from messaging.files.models import LONGEST_DAYS, SHORTEST_DAYS, StoredFile
from messaging.files.possessions import Possessions
from messaging.files.storing import download_name
from waproject.tenants.retention.periods import Period
from waproject.tenants.retention.sweeps import Sweep

# What says where a file lies, and nothing of its person.
_TECHNICAL = (
    *("contact", "message", "file_path", "thumbnail_path", "bucket_name", "object_key"),
    *(
        "storage_location",
        "position",
        "source_url",
        "attempts",
        "next_try_at",
        "updated_at",
        "keep_until",
    ),
)

FILES_KEPT = Period(
    "files",
    _("Files that people sent or were sent"),
    _(
        "Pictures, recordings and documents are deleted so long after they came; the message stays,"
        " and says that it had one. A file can have a time of its own."
    ),
    default=lambda: 365,
    shortest=SHORTEST_DAYS,
    longest=LONGEST_DAYS,
)


POSSESSIONS = Possessions(
    StoredFile, ("file_path", "thumbnail_path"), name_of=download_name, technical=_TECHNICAL
)
remove = POSSESSIONS.remove
erase_files = POSSESSIONS.erase
collect_files = POSSESSIONS.collect
contents_of_person = POSSESSIONS.contents
move_files = POSSESSIONS.move


def _due(before: datetime) -> "QuerySet[StoredFile]":
    """Files from before then, and those whose own time is over."""
    found: QuerySet[StoredFile] = StoredFile.objects.filter(
        Q(keep_until__isnull=True, created_at__lt=before) | Q(keep_until__lt=timezone.now())
    )
    return found


def _remove_due(ids: Sequence[int], before: datetime) -> int:
    return remove(_due(before).filter(pk__in=ids))


FILES = Sweep("files", FILES_KEPT, _("files of people"), due=_due, take=_remove_due, chunk=100)

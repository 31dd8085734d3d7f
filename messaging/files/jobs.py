"""What the queue and the tick run for files."""

from django.utils import timezone

from messaging.files import storing
from messaging.files.arriving import fetching, receiving
from messaging.files.arriving.receiving import FETCH
from messaging.files.models import StoredFile
from waproject.tenants.jobs import enqueue

# One job's share; others wait for its worker.
SECONDS = 10.0


def fetch_files() -> str:
    """Fetch the files that are due; what is left is queued again."""
    settled, more = fetching.fetch_due(SECONDS)
    if more:
        enqueue(FETCH)
    return f"{settled} files looked at"


def fetch_late_files() -> str:
    """Note the files of messages that were stored without them, and fetch what is due again."""
    noted = receiving.note_forgotten()
    if StoredFile.objects.due(timezone.now()).exists():
        enqueue(FETCH)
    return f"{noted} files noted late"


def delete_stored(path: str) -> str:
    """Delete a file that no row names any more."""
    return "deleted" if storing.delete_unless_used(path) else "still used"

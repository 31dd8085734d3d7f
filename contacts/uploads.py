"""Files between preview and confirmation: in private storage, and not for long."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

# Where import-export's MediaStorage keeps them: every machine reads it, and no address leads there.
FOLDER = "previews"
KEPT_FOR = timedelta(hours=6)


def forget_abandoned_uploads(now: datetime | None = None) -> str:
    """Delete uploads that nobody confirmed within KEPT_FOR: they hold personal data."""
    oldest = (now or timezone.now()) - KEPT_FOR
    forgotten = 0
    if default_storage.exists(FOLDER):
        for name in default_storage.listdir(FOLDER)[1]:
            path = f"{FOLDER}/{name}"
            with suppress(FileNotFoundError):  # confirmed while we looked
                if default_storage.get_modified_time(path) < oldest:
                    default_storage.delete(path)
                    forgotten += 1
    return f"{forgotten} forgotten"

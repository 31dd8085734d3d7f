"""Files between preview and confirmation: in private storage, and not for long."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from import_export.tmp_storages import BaseStorage

FOLDER = "previews"
KEPT_FOR = timedelta(hours=6)


class PrivateUpload(BaseStorage):
    """import-export's temporary storage: every machine reads it, and no address leads to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read_mode = "rb"

    def save(self, data: bytes) -> None:
        self.name = uuid4().hex
        default_storage.save(self._path, ContentFile(data))

    def read(self) -> bytes:
        """Raises FileNotFoundError when the upload was confirmed or forgotten."""
        with default_storage.open(self._path, self.read_mode) as file:
            return bytes(file.read())

    def remove(self) -> None:
        default_storage.delete(self._path)

    @property
    def _path(self) -> str:
        return f"{FOLDER}/{self.name}"


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

"""Files between preview and confirmation: in private storage, and not for long."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from waproject.core.files.keeping import folders_in, names_in
from waproject.tenants.scope import current_tenant_id

# Every machine reads it, and no address leads there.
FOLDER = "previews"
KEPT_FOR = timedelta(hours=6)


def folder() -> str:
    """Where the uploads of this business are."""
    return f"{FOLDER}/{current_tenant_id()}"


def keep(upload: File) -> str:
    """Keep an upload until it is confirmed; return the name under which it is."""
    name = uuid4().hex
    upload.seek(0)
    default_storage.save(f"{folder()}/{name}", upload)
    return name


def opened(name: str) -> File:
    """The upload of this name. Raises FileNotFoundError when it was confirmed or forgotten."""
    return default_storage.open(f"{folder()}/{name}", "rb")


def forget(name: str) -> None:
    """Delete an upload that was confirmed."""
    _delete(f"{folder()}/{name}")


def forget_uploads() -> int:
    """Delete all uploads of this business, since any may name a person; return how many.

    Whoever would confirm one is told to choose the file again.
    """
    return sum(map(_delete, _paths(folder())))


def forget_abandoned_uploads(now: datetime | None = None) -> str:
    """Delete uploads that nobody confirmed within KEPT_FOR: they hold personal data."""
    oldest = (now or timezone.now()) - KEPT_FOR
    forgotten = 0
    for path in (path for name in folders_in(FOLDER) for path in _paths(f"{FOLDER}/{name}")):
        with suppress(FileNotFoundError):  # confirmed while we looked
            if default_storage.get_modified_time(path) < oldest:
                forgotten += _delete(path)
    return f"{forgotten} forgotten"


def _paths(place: str) -> list[str]:
    return [f"{place}/{name}" for name in names_in(place)]


def _delete(path: str) -> int:
    default_storage.delete(path)
    return 1

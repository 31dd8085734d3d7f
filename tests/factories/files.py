"""Files of people, kept in the storage of the test."""

import io
from typing import Any

from django.utils import timezone
from django_q.models import OrmQ
from PIL import Image

from contacts.models import Contact
from messaging.files.jobs import delete_stored
from messaging.files.models import StoredFile
from messaging.files.storing import store


def png(width: int = 60, height: int = 40, color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


def waiting_file(contact: Contact, **columns: Any) -> StoredFile:
    """A file that is to be fetched, and that a worker has taken up."""
    columns = {"attempts": 1, "next_try_at": timezone.now(), **columns}
    return StoredFile.objects.create(contact=contact, **columns)


def stored_file(
    contact: Contact, data: bytes | None = None, said: str = "image/png", **columns: Any
) -> StoredFile:
    """A file that is kept: a picture, unless told otherwise."""
    row = waiting_file(contact, **columns)
    assert store(row, io.BytesIO(png() if data is None else data), said=said)
    row.refresh_from_db()
    return row


def deletions() -> list[str]:
    """The places that jobs in the queue are to delete."""
    tasks = [task.task for task in OrmQ.objects.all()]
    return sorted(
        task["args"][2] for task in tasks if task["args"][1].endswith("jobs.delete_stored")
    )


def do_deletions() -> None:
    """What those jobs do."""
    for path in deletions():
        delete_stored(path)

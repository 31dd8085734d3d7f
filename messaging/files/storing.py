"""Putting a file away in the private storage, and finding it there.

A file lies under its person: `tenants/<business>/clients/<contact>/media/images/…`, `media/videos`,
`media/audio` or `documents`. What is there already is not kept twice.
"""

import hashlib
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from messaging.files.models import NAME_LENGTH, StoredFile
from messaging.files.reading import cards, pictures
from messaging.files.states import (
    FileState,
    FileType,
    Reason,
    StorageLocation,
    file_type_of,
    folder_of,
)
from waproject.core.files.kinds import HEAD, SHOWN, VCARD, OtherType, ending_of, type_of
from waproject.core.text.invisible import visible
from waproject.tenants.scope import current_tenant_id

FOLDER = "tenants"
_CHUNK = 256 * 1_024


class NotTaken(Exception):
    """A file is not kept; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def person_folder(contact_id: int) -> str:
    """Where the files of a person of this business are kept."""
    return f"{FOLDER}/{current_tenant_id()}/clients/{contact_id}"


def store(row: StoredFile, data: BinaryIO, *, said: str, name: str = "") -> bool:
    """Keep what was fetched for a row; `said` is its Content-Type, `name` as the provider has it.

    False when the row is not there any more, or another worker was faster. Raises NotTaken.
    """
    found = _read(data, said)
    found["original_filename"] = row.original_filename or tidy_file_name(name)
    thumbnail = found.pop("thumbnail")
    if _share(row, found):
        return True
    folder = f"{person_folder(row.contact_id)}/{folder_of(found['file_type'])}"
    base = f"{folder}/{found['checksum_sha256']}-{row.pk}-{row.attempts}"
    data.seek(0)
    path = default_storage.save(f"{base}{ending_of(found['mime_type'])}", File(data))
    small = default_storage.save(f"{base}.thumb.jpg", ContentFile(thumbnail)) if thumbnail else ""
    if _settle(row, {**found, "file_path": path, "thumbnail_path": small, **_location(path)}):
        return True
    for one in filter(None, (path, small)):
        default_storage.delete(one)
    return False


def _read(data: BinaryIO, said: str) -> dict[str, Any]:
    """What is in a file, as the columns of its row; and `thumbnail`, b"" without one."""
    data.seek(0)
    head = data.read(HEAD)
    if not head:
        raise NotTaken(Reason.EMPTY)
    try:
        mime_type = type_of(head, said)
    except OtherType:
        raise NotTaken(Reason.OTHER_TYPE) from None
    data.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := data.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    data.seek(0)
    picture = pictures.picture_of(data) if mime_type in SHOWN else None
    content: dict[str, Any] = {}
    if picture:
        content = {"width": picture.width, "height": picture.height}
    elif mime_type == VCARD:
        data.seek(0)
        content = {"cards": cards.cards_of(data.read(cards.MOST_BYTES))}
    return {
        "mime_type": mime_type[:100],
        "file_type": file_type_of(mime_type),
        "file_size": size,
        "checksum_sha256": digest.hexdigest(),
        "content": content,
        "thumbnail": picture.thumbnail if picture else b"",
    }


@transaction.atomic
def _share(row: StoredFile, found: dict[str, Any]) -> bool:
    """Let the row share what another one of the business keeps; False when none has this content.

    The other row is locked: while it is there, its file stays.
    """
    twins = StoredFile.objects.stored().filter(checksum_sha256=found["checksum_sha256"])
    twin = twins.exclude(pk=row.pk).select_for_update().order_by("pk").first()
    if twin is None or twin.file_size != found["file_size"]:
        return False
    places = ("file_path", "thumbnail_path", "storage_location", "bucket_name", "object_key")
    _settle(row, {**found, **{place: getattr(twin, place) for place in places}})
    return True


def _settle(row: StoredFile, found: dict[str, Any]) -> int:
    """Write down that the file is kept, unless this attempt is not the row's last."""
    now = timezone.now()
    waiting = StoredFile.objects.filter(pk=row.pk, state=FileState.WAITING, attempts=row.attempts)
    done = {"state": FileState.STORED, "reason": "", "next_try_at": None, "source_url": ""}
    return waiting.update(**found, **done, upload_timestamp=now, updated_at=now)


def _location(path: str) -> dict[str, str]:
    """Where the storage keeps it, as the columns of its row."""
    bucket = str(getattr(default_storage, "bucket_name", "") or "")
    if not bucket:
        return {"storage_location": StorageLocation.LOCAL}
    prefix = str(getattr(default_storage, "location", "") or "").strip("/")
    key = f"{prefix}/{path}" if prefix else path
    return {"storage_location": StorageLocation.S3, "bucket_name": bucket, "object_key": key}


def tidy_file_name(name: str) -> str:
    """A file's name without folders and without what is not seen, cut to what a column holds."""
    last = PurePosixPath(visible(name).replace("\\", "/")).name
    return last.strip(" .")[: NAME_LENGTH // 2]


def download_name(row: StoredFile) -> str:
    """What a file is called on the disk of who downloads it: its ending is that of its type."""
    ending = ending_of(row.mime_type)
    stem = tidy_file_name(row.original_filename) or f"{row.file_type}-{row.pk}"
    if row.file_type in (FileType.OTHER, FileType.DOCUMENT) and ending == ".bin":
        return stem
    return stem if stem.lower().endswith(ending) else f"{stem}{ending}"


def put(path: str, data: BinaryIO) -> str:
    """Keep something else of a person, below their folder; return where it is."""
    return default_storage.save(path, File(data))


def delete(path: str) -> None:
    """Delete what was put there by a transaction that came to nothing."""
    default_storage.delete(path)


def opened(path: str) -> BinaryIO:
    """A kept file, to be read. Raises FileNotFoundError when it is not there."""
    return cast(BinaryIO, default_storage.open(path, "rb"))


def delete_unless_used(path: str) -> bool:
    """Delete a file that no row names any more; False when one does.

    None can begin to: only a row that is there lends its place to another one.
    """
    if StoredFile.objects.filter(Q(file_path=path) | Q(thumbnail_path=path)).exists():
        return False
    default_storage.delete(path)
    return True

"""Files in the private storage, each under the hash of what it holds: the same file is kept once.

Whoever keeps files chooses the folder, one for each business, and forgets them again.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import default_storage

from waproject.core.files.kinds import HEAD, found_type

_CHUNK = 64 * 1_024


def type_of_upload(upload: File) -> str:
    """What an uploaded file is, whatever it is called; "" when its first bytes do not tell."""
    upload.seek(0)
    head: bytes = upload.read(HEAD)
    return found_type(head)


def keep(upload: File, folder: str, ending: str) -> str:
    """Keep a file in a folder; return its name there: the SHA-256 of its content, and the ending.

    Chunks are read one by one: a large file takes little memory.
    """
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    name = f"{digest.hexdigest()}{ending}"
    path = f"{folder}/{name}"
    if not default_storage.exists(path):
        upload.seek(0)
        stored = default_storage.save(path, upload)
        if stored != path:  # another request kept the same file meanwhile
            default_storage.delete(stored)
    return name


def size_of(path: str) -> int | None:
    """How many bytes a kept file has; None when it is not kept any more."""
    try:
        return default_storage.size(path)
    except FileNotFoundError:
        return None


def opened(path: str) -> File:
    """A kept file, to be read. Raises FileNotFoundError when it is not there."""
    return default_storage.open(path, "rb")


def part_of(path: str, first: int, last: int) -> Iterator[bytes]:
    """The bytes of a kept file from the first to the last one, in chunks.

    From a bucket no others are fetched. Raises FileNotFoundError when it is not there.
    """
    if of_bucket := getattr(default_storage, "part", None):
        found: Iterator[bytes] = of_bucket(path, first, last)
        return found
    file = opened(path)
    file.seek(first)
    return _read(file, last - first + 1)


def _read(file: File, left: int) -> Iterator[bytes]:
    with file:
        while left and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


def names_in(folder: str) -> list[str]:
    """The files of a folder; none of one that is not there. A bucket has no folders to ask for."""
    return _listed(folder)[1]


def folders_in(folder: str) -> list[str]:
    """The folders of a folder, in the same way."""
    return _listed(folder)[0]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return list(folders), list(files)


def forget(folder: str, *, but: Collection[str], before: datetime) -> int:
    """Delete the files of a folder that were kept before a moment, but these; return how many."""
    forgotten = 0
    for name in names_in(folder):
        path = f"{folder}/{name}"
        with suppress(FileNotFoundError):  # forgotten while we looked
            if name not in but and default_storage.get_modified_time(path) < before:
                default_storage.delete(path)
                forgotten += 1
    return forgotten

"""Files in a bucket of S3, or of any service that speaks its protocol.

Nobody outside is given an address in the bucket: each download comes through our own doors, which
check rights and are logged. A bucket that is away is an OSError, as a disk that is full is one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class BucketError(OSError):
    """The bucket did not do what was asked of it."""


@contextmanager
def _said_as_disks_say_it() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise BucketError(str(error)) from error


class Bucket(S3Storage):
    """The storage of Django in a bucket."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _said_as_disks_say_it():
            file = super()._open(name, mode)
            if "r" in mode:
                file.open()  # it is fetched now: a bucket that goes away is met here
            return file

    def _save(self, name: str, content: Any) -> Any:
        with _said_as_disks_say_it():
            return super()._save(name, content)

    def delete(self, name: str) -> None:
        with _said_as_disks_say_it():
            super().delete(name)

    def exists(self, name: str) -> Any:
        with _said_as_disks_say_it():
            return super().exists(name)

    def listdir(self, path: str) -> Any:
        with _said_as_disks_say_it():
            return super().listdir(path)

    def size(self, name: str) -> Any:
        with _said_as_disks_say_it():
            return super().size(name)

"""Files in a bucket of S3, or of any service that speaks its protocol.

Nobody outside is given an address in the bucket: each download comes through our own doors, which
check rights and are logged. A bucket that is away is an OSError, as a disk that is full is one.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

_CHUNK = 64 * 1_024


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

    def part(self, name: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from the first to the last one, in chunks: the bucket is asked for no others.

        Raises FileNotFoundError at once when there is no such file.
        """
        key = self._normalize_name(clean_name(name))
        with _said_as_disks_say_it():
            try:
                body = self.bucket.Object(key).get(Range=f"bytes={first}-{last}")["Body"]
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                    raise FileNotFoundError(name) from error
                raise
        return self._chunks(body)

    @staticmethod
    def _chunks(body: Any) -> Iterator[bytes]:
        with _said_as_disks_say_it(), closing(body):
            yield from body.iter_chunks(_CHUNK)

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

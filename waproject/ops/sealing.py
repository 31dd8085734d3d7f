"""Files that are encrypted and proven while they are written and read, in bounded memory.

A sealed file is a header and chunks of AES-256-GCM, in the STREAM construction that age and Tink
use: the nonce is the number of the chunk and whether it is the last, so that chunks can be neither
exchanged, repeated, left out nor cut off. The key of a file is derived by HKDF from a key of
FIELD_ENCRYPTION_KEYS and the file's own salt. The header names the key by a fingerprint, so that
a file says which key it needs, and is authenticated with each chunk.
"""

import io
import os
import struct
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"waproject sealed 1\n"
CHUNK = 256 * 1024

_FINGERPRINT = 8
_SALT = 32
_TAG = 16
_HEADER = len(MAGIC) + _FINGERPRINT + _SALT


class SealError(Exception):
    """The file cannot be read; see the kinds of it."""


class NotSealed(SealError):
    """The file does not begin as a sealed one."""


class NoKey(SealError):
    """None of the keys is the one that the file was sealed with, whose fingerprint this is."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(fingerprint)
        self.fingerprint = fingerprint


class Damaged(SealError):
    """The file was changed or cut off after it was sealed."""


def fingerprint(key: str) -> str:
    """By which a key is named where everybody may read it; it tells nothing of the key."""
    return _fingerprint(key).hex()


class Sealer(io.RawIOBase):
    """A file to write to, which writes sealed to another. Only `close` makes it whole."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        salt = os.urandom(_SALT)
        self._file = file
        self._header = MAGIC + _fingerprint(key) + salt
        self._cipher = _cipher(key, salt)
        self._number = 0
        self._waiting = bytearray()
        file.write(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        given = memoryview(data).cast("B")
        self._waiting += given
        # A whole chunk waits until more comes: the last one is marked.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
        super().close()

    def __exit__(self, kind: object, *details: object) -> None:
        """What an error interrupted is not made whole: it cannot be read by mistake."""
        if kind is None:
            self.close()
        else:
            super().close()

    def __del__(self) -> None:
        """A file that is forgotten is not made whole either."""

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class Unsealer(io.RawIOBase):
    """A file to read from, which is sealed. Gives no byte that was not authenticated.

    That nothing was cut off is known when it has been read to its end. Raises NotSealed, NoKey
    and Damaged.
    """

    def __init__(self, file: BinaryIO, keys: Sequence[str]) -> None:
        header = file.read(_HEADER)
        if not header.startswith(MAGIC):
            raise NotSealed
        if len(header) < _HEADER:
            raise Damaged
        named, salt = header[len(MAGIC) : -_SALT], header[-_SALT:]
        key = next((one for one in keys if _fingerprint(one) == named), None)
        if key is None:
            raise NoKey(named.hex())
        self.fingerprint = named.hex()
        self._file = file
        self._header = header
        self._cipher = _cipher(key, salt)
        self._number = 0
        self._next = file.read(CHUNK + _TAG)
        self._opened = memoryview(b"")
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._opened and not self._is_at_end:
            self._open_chunk()
        count = min(len(buffer), len(self._opened))
        buffer[:count] = self._opened[:count]
        self._opened = self._opened[count:]
        return count

    def _open_chunk(self) -> None:
        chunk, self._next = self._next, self._file.read(CHUNK + _TAG)
        is_last = not self._next
        try:
            nonce = _nonce(self._number, is_last=is_last)
            self._opened = memoryview(self._cipher.decrypt(nonce, chunk, self._header))
        except InvalidTag:
            raise Damaged from None
        self._number += 1
        self._is_at_end = is_last


def _nonce(number: int, *, is_last: bool) -> bytes:
    """Twelve bytes: no nonce comes twice under the key of a file."""
    return bytes(3) + struct.pack(">Q?", number, is_last)


def _fingerprint(key: str) -> bytes:
    return _derived(key, None, b"waproject: fingerprint of a key", _FINGERPRINT)


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(_derived(key, salt, b"waproject: sealed file", 32))


def _derived(key: str, salt: bytes | None, purpose: bytes, length: int) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose)
    return derivation.derive(urlsafe_b64decode(key))

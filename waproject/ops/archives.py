"""The file of a backup: a tar archive, compressed and sealed on its way, never whole in memory."""

import gzip
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.utils.translation import gettext as _

from waproject.ops.sealing import Damaged, NoKey, NotSealed, Sealer, Unsealer, fingerprint

SEALED_ENDING, PLAIN_ENDING = ".backup", ".tar.gz"

# Twice as fast as the best that gzip can, and hardly longer.
_LEVEL = 6
_PLAIN_START = b"\x1f\x8b"


class CannotRead(Exception):
    """Why a file cannot be read as a backup, in a sentence."""


@contextmanager
def new_archive(target: Path, *, key: str | None) -> Iterator[tarfile.TarFile]:
    """A file to write a backup to, sealed with the key if there is one; for its owner alone.

    What an error interrupts cannot be read.
    """
    with target.open("xb") as file:
        target.chmod(0o600)
        with (
            _sealed(file, key) as outlet,
            gzip.GzipFile("", "wb", _LEVEL, outlet, mtime=0) as packed,
            tarfile.open(mode="w|", fileobj=packed) as archive,
        ):
            yield archive


def add_files(archive: tarfile.TarFile, folder: Path, place: str, *, without: set[str]) -> None:
    """Add the files of a folder; one that is deleted meanwhile is left out.

    `without` are names of folders directly in it.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] in without or not path.is_file():
            continue
        with suppress(FileNotFoundError), path.open("rb") as file:
            archive.addfile(archive.gettarinfo(arcname=f"{place}/{name}", fileobj=file), file)


def unpack(file: Path, folder: Path, *, plain: bool = False) -> None:
    """Unpack the file of a backup. Raises CannotRead when any of it is not as it was written.

    A file that is not sealed could be anybody's: it is taken only as `plain`.
    """
    with _reading(file, plain=plain) as archive:
        archive.extractall(folder, filter="data")


def verify(file: Path, *, plain: bool = False) -> int:
    """Read a backup from its first byte to its last; return how many files it holds."""
    with _reading(file, plain=plain) as archive:
        return sum(1 for _member in archive)


@contextmanager
def _reading(path: Path, *, plain: bool) -> Iterator[tarfile.TarFile]:
    """The archive of a file; at the end it is proven that all of it was there."""
    words = {"file": path}
    try:
        with path.open("rb") as file:
            outlet = file if plain else _unsealed(file, words)
            with (
                gzip.GzipFile(fileobj=outlet) as packed,
                tarfile.open(mode="r|", fileobj=packed) as archive,
            ):
                yield archive
                # To the end of the file itself, where gzip looks whether another member follows.
                _read_to_end(packed)
    except Damaged:
        raise CannotRead(
            _("%(file)s is not whole: it was changed or cut off after it was written.") % words
        ) from None
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise CannotRead(
            _("%(file)s cannot be read as a backup (%(error)s).")
            % {**words, "error": type(error).__name__}
        ) from None


def _read_to_end(file: gzip.GzipFile) -> None:
    with Path(os.devnull).open("wb") as nothing:
        shutil.copyfileobj(file, nothing)


def _unsealed(file: BinaryIO, words: dict[str, Path]) -> BinaryIO:
    try:
        return cast(BinaryIO, Unsealer(file, settings.FIELD_ENCRYPTION_KEYS))
    except NotSealed:
        file.seek(0)
        if file.read(len(_PLAIN_START)) != _PLAIN_START:
            raise CannotRead(_("%(file)s is not a backup.") % words) from None
        raise CannotRead(
            _(
                "%(file)s is not encrypted, so nothing shows that it is as it was written."
                " If you trust it, use --plain."
            )
            % words
        ) from None
    except NoKey as error:
        raise CannotRead(
            _(
                "%(file)s is encrypted with the key %(needed)s, and FIELD_ENCRYPTION_KEYS has"
                " %(present)s. Add that key to the end; nothing was changed."
            )
            % {**words, "needed": error.fingerprint, "present": _present()}
        ) from None


def _present() -> str:
    """The fingerprints of the keys that there are."""
    return ", ".join(map(fingerprint, settings.FIELD_ENCRYPTION_KEYS)) or _("no key")


@contextmanager
def _sealed(file: BinaryIO, key: str | None) -> Iterator[BinaryIO]:
    if key is None:
        yield file
        return
    with Sealer(file, key) as sealer:
        yield cast(BinaryIO, sealer)

"""Files are read in a process of their own, so that a bad file can exhaust only that process.

A few kilobytes can unpack to gigabytes, and a sheet can say that its first row is number a billion.
The process that reads has limits of memory and time, no settings and no database; it is killed when
it exceeds them, and the person who chose the file gets a sentence.
"""

import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any, BinaryIO, NamedTuple, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.imports.files.child import OUT_OF_MEMORY
from contacts.imports.files.records import Row, Table, TableError

logger = logging.getLogger(__name__)

_PROJECT = Path(__file__).parents[3]
_BLOCK = 2**18
_STEP = 5.0  # seconds of one wait
# What a program needs of the environment to begin; the secrets of the site stay here.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "SYSTEMROOT")


class Limits(NamedTuple):
    """What reading one file may take.

    `memory` is in bytes; the times are in seconds: of the processor, and of all waiting for the
    process together.
    """

    memory: int = 300 * 2**20
    processor: int = 900
    waiting: float = 1_200


JOB = Limits()
# A person waits for the page, and a thread of the web server with them.
PAGE = Limits(processor=20, waiting=25)
_readers_for_pages = BoundedSemaphore(2)
WAIT_FOR_A_READER = 5.0


@contextmanager
def open_table(
    file: BinaryIO,
    limits: Limits = JOB,
    *,
    counted: bool = False,
    alive: Callable[[], object] = lambda: None,
) -> Iterator[Table]:
    """The table in `file`, read by another process while its rows are walked within the context.

    With `counted` the whole file is read before the first row is given, and the table knows its
    total. `alive` is called every few seconds in which the process writes nothing. Raises
    TableError as `read_table` does, and when the limits are broken.
    """
    with _on_disk(file) as source:
        reading = _Reading(source, limits, counted=counted, alive=alive)
        try:
            head = reading.message()
            yield Table(head["header"], reading.rows(), head["total"])
        finally:
            reading.end()
            file.seek(0)  # the place in it was shared with the process


@contextmanager
def open_on_page(file: BinaryIO) -> Iterator[Table]:
    """`open_table` within a request: with less time, and two at once in a web process."""
    if not _readers_for_pages.acquire(timeout=WAIT_FOR_A_READER):
        raise TableError(_("Other files are being read just now. Try again in a minute."))
    try:
        with open_table(file, PAGE) as table:
            yield table
    finally:
        _readers_for_pages.release()


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[IO[bytes]]:
    """`file` itself if the system knows it, or else a copy that disappears."""
    try:
        file.fileno()
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            yield copy
    else:
        yield file


class _Reading:
    """One process that reads a file, and the messages that it writes."""

    def __init__(
        self, source: IO[bytes], limits: Limits, *, counted: bool, alive: Callable[[], object]
    ) -> None:
        self._limits = limits
        self._alive = alive
        self._waited = 0.0
        self._rest = b""
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        words = (os.getpid(), limits.memory, limits.processor, "count" if counted else "")
        self._process = subprocess.Popen(  # noqa: S603  this very Python, and numbers
            [
                sys.executable,
                "-m",
                "contacts.imports.files.child",
                *map(str, words),
                get_language() or "",
            ],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_PROJECT,
            env=kept,
        )
        self._pipe = cast(IO[bytes], self._process.stdout)
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)

    def rows(self) -> Iterator[Row]:
        while "rows" in (said := self.message()):
            for line, cells, problem in said["rows"]:
                yield Row(line, cells, problem)

    def message(self) -> dict[str, Any]:
        """The next message of the process. Raises TableError when it cannot go on."""
        said = json.loads(self._line())
        if "error" in said:
            raise TableError(said["error"])
        if "unexpected" in said:
            logger.error("A file could not be read: %s.", said["unexpected"])
            raise TableError(_unreadable())
        return cast(dict[str, Any], said)

    def end(self) -> None:
        """Kill the process if it still runs, and close its pipe."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self._pipe.close()

    def _line(self) -> bytes:
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            parts.append(self._block())
        last, _newline, self._rest = parts.pop().partition(b"\n")
        return b"".join((*parts, last))

    def _block(self) -> bytes:
        while not self._poll.poll(_STEP * 1_000):
            self._waited += _STEP
            if self._waited > self._limits.waiting:
                raise TableError(_too_long())
            self._alive()
        if block := os.read(self._pipe.fileno(), _BLOCK):
            return block
        raise TableError(self._why_it_ended())

    def _why_it_ended(self) -> str:
        code = self._process.wait()
        if code == OUT_OF_MEMORY:
            return _(
                "This file needs more memory than a list may take. Copy the columns that you need"
                " into a new workbook, or save it as CSV, and try again."
            )
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return _too_long()
        logger.error("A file could not be read: its process ended with %s.", code)
        return _unreadable()


def _too_long() -> str:
    return _(
        "Reading this file takes too long. Copy the columns that you need into a new"
        " workbook, or save it as CSV, and try again."
    )


def _unreadable() -> str:
    return _("The file could not be read. Save it again as .xlsx or as CSV and try once more.")

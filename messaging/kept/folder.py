"""Messages on disk, one file each, in the order in which they came."""

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings

from messaging.providers.base import Arrival
from waproject.core.environment import make_private
from waproject.tenants.scope import current_tenant_id

logger = logging.getLogger(__name__)

# A message that fails so often while others are stored is itself the trouble.
MOST_TIMES_BEHIND = 5
_numbers = count()


class Folder:
    """The messages that one business has on this machine's disk.

    A file is there whole or not at all, and only its owner may read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_tenant(cls) -> "Folder":
        """That of the scope's business."""
        return cls(Path(settings.KEPT_MESSAGES_FOLDER, str(current_tenant_id())))

    @property
    def is_empty(self) -> bool:
        return next(self._files(), None) is None

    def keep(self, arrival: Arrival) -> None:
        """Write a message down; it is on the disk when this returns. Raises OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(self.path)
        # Of one process, in order; of several, by the clock. How often it went behind comes last.
        name = f"{_now()}-{os.getpid()}-{next(_numbers):08}-0"
        unfinished = self.path / f"{name}.part"
        try:
            with open(unfinished, "x", encoding="utf-8", opener=_for_its_owner) as file:
                json.dump(_written(arrival), file)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            unfinished.unlink(missing_ok=True)  # half a message is of no use, and takes room
            raise
        unfinished.rename(self.path / f"{name}.json")
        self._sync()

    def in_order(self) -> list[Path]:
        """The files of all that is kept, oldest first."""
        return sorted(self._files())

    def read(self, file: Path) -> Arrival:
        """The message of a file. Raises ValueError, KeyError or TypeError when it holds none."""
        given = json.loads(file.read_text(encoding="utf-8"))
        return Arrival(**{**given, "at": datetime.fromisoformat(given["at"]), "is_kept": True})

    def put_behind(self, file: Path) -> None:
        """Let a message that could not be stored wait behind the others; at last set it aside."""
        _at, process, number, times = file.stem.split("-")
        if int(times) == MOST_TIMES_BEHIND:
            logger.error("The message of the file %s cannot be stored: set aside.", file.name)
            self.set_aside(file)
        else:
            file.rename(self.path / f"{_now()}-{process}-{number}-{int(times) + 1}.json")

    def set_aside(self, file: Path) -> None:
        """Keep the file of a message that cannot be stored, out of the way of the others."""
        aside = self.path / "refused"
        aside.mkdir(mode=0o700, exist_ok=True)
        file.rename(aside / file.name)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process has the folder to itself, until the context ends."""
        if not self.path.is_dir():
            yield False
            return
        with open(self.path / "lock", "w", encoding="ascii", opener=_for_its_owner) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _files(self) -> Iterator[Path]:
        try:
            with os.scandir(self.path) as entries:
                yield from (Path(one.path) for one in entries if one.name.endswith(".json"))
        except FileNotFoundError:
            return

    def _sync(self) -> None:
        """Have the new name itself on the disk."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _now() -> str:
    return f"{time.time_ns():020}"


def _written(arrival: Arrival) -> dict[str, Any]:
    return {**asdict(arrival), "at": arrival.at.isoformat()}


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

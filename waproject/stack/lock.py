"""One stack at a time in one folder: two would take each other's jobs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _


class AlreadyRunning(Exception):
    """Another stack holds the lock; the text says which process and what to do."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock for the block. The system frees it when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(
                _("make run or make demo is already running here (process %(pid)s). Stop it first.")
                % {"pid": file.read().strip() or "?"}
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def taking_turns(path: Path) -> Iterator[None]:
    """Hold the lock for the block, waiting for whoever has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

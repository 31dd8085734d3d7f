"""Locks of files, which the system frees when those who hold them end, however they end."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _


class AlreadyRunning(Exception):
    """Another stack holds the lock; the text says which process and what to do."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock for the block: one stack at a time, as two would take each other's jobs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        if not take_lock(file):
            file.seek(0)
            raise AlreadyRunning(
                _("make run or make demo is already running here (process %(pid)s). Stop it first.")
                % {"pid": file.read().strip() or "?"}
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def taking_turns(path: Path) -> Iterator[None]:
    """Hold the lock during the block; wait for another holder first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def take_lock(file: IO[str]) -> bool:
    """Take the lock of an open file, until it is closed; False when another process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

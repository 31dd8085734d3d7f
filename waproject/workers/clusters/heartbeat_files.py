"""The files by which a supervisor sees that a cluster works, in a folder of their machine.

When a worker is killed it can take the lock of the queue with it, and the process that books
results can take theirs. Then all processes of the cluster are alive and no job is done. So a
heartbeat is a job that was taken from the queue, run and booked: the process that books then
touches the file `beat`. While a worker runs a job it holds the lock of that file, which the system
frees when the worker dies.

A job that the cluster has taken and not yet booked has a file in `taken/`. When the cluster is
killed, these jobs are given back to the queue before their receipts end.
"""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django_q.signals import post_execute, post_execute_in_worker, pre_execute

from waproject.workers.processes.lock import take_lock

# Names the folder to the processes of a cluster. Without it they write no files.
VARIABLE = "WAPROJECT_HEARTBEAT_FOLDER"
BEAT, TAKEN = "beat", "taken"
_held: list[IO[str]] = []


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that a cluster took from the queue, and until when the queue gave it to it."""

    job: int
    until: datetime


class HeartbeatFiles:
    """The supervisor's view of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._beat, self._taken = folder / BEAT, folder / TAKEN
        self._taken.mkdir(parents=True)
        self._beat.touch()

    def beat(self) -> int:
        """A number that changes whenever a job was booked."""
        return self._beat.stat().st_mtime_ns

    def is_busy(self) -> bool:
        """Whether a worker that is alive runs a job now."""
        with self._beat.open() as file:
            return not take_lock(file)

    def collect(self) -> list[Taken]:
        """What a cluster that has ended took and did not book; the notes are removed."""
        found = taken_by(self.folder)
        for note in self._taken.iterdir():
            note.unlink()
        return found


def taken_by(folder: Path) -> list[Taken]:
    """What the cluster of a folder, which has ended, took and did not book."""
    found = []
    for note in (folder / TAKEN).glob("*"):
        until = note.read_text(encoding="ascii")
        if until:  # or it was killed after it made the note and before it wrote it
            found.append(Taken(int(note.name), datetime.fromisoformat(until)))
    return found


def follow_jobs() -> None:
    """Connect the queue's signals, so that each process of a cluster writes its files."""
    pre_execute.connect(_job_begins)
    post_execute_in_worker.connect(_job_ends)
    post_execute.connect(_job_booked)


def note_taken(job: int, until: datetime) -> None:
    """This cluster has taken a job from the queue."""
    _leave(lambda folder: _note(folder, job).write_text(until.isoformat(), encoding="ascii"))


def note_returned(job: int) -> None:
    """The queue has the receipt of a job that this cluster took."""
    _leave(lambda folder: _note(folder, job).unlink(missing_ok=True))


def _job_begins(**_kwargs: Any) -> None:
    def hold(folder: Path) -> None:
        file = (folder / BEAT).open("a")
        _held.append(file)
        fcntl.flock(file, fcntl.LOCK_SH)

    _leave(hold)


def _job_ends(**_kwargs: Any) -> None:
    while _held:
        _held.pop().close()


def _job_booked(**_kwargs: Any) -> None:
    _leave(lambda folder: os.utime(folder / BEAT))


def _note(folder: Path, job: int) -> Path:
    return folder / TAKEN / str(job)


def _leave(sign: Callable[[Path], object]) -> None:
    """Write to the folder, if a supervisor named one.

    An error is dropped, since no job may fail of it: the supervisor then misses a heartbeat.
    """
    folder = os.environ.get(VARIABLE)
    if folder:
        with suppress(OSError):
            sign(Path(folder))

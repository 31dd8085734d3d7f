"""The signs of life that a cluster leaves for its supervisor, in one file of their machine.

A cluster can lose the lock of its queue with the worker that held it, or that of its results with
the process that books them. All of its processes live on then, and nothing moves. So what counts
is a job that went all the way: taken from the queue, run, and booked. At the end of that way the
file is touched, by the process that books. While a worker runs a job it holds the file's lock,
which the system frees when that process dies.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django_q.signals import post_execute, post_execute_in_worker, pre_execute

# Names the file to the processes of a cluster. Without it they leave no sign.
VARIABLE = "WAPROJECT_PULSE"
_held: list[IO[str]] = []


class Pulse:
    """The supervisor's view of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def beat(self) -> int:
        """A number that changes whenever a job has gone all the way."""
        return self.path.stat().st_mtime_ns

    def is_busy(self) -> bool:
        """Whether a worker that is alive runs a job now."""
        with self.path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def follow_jobs() -> None:
    """Have the queue's signals leave the signs, in whichever process they are sent."""
    pre_execute.connect(_job_begins)
    post_execute_in_worker.connect(_job_ends)
    post_execute.connect(_job_booked)


# A sign that cannot be left is silence, which the supervisor hears; a job must not fail of it.


def _job_begins(**_kwargs: Any) -> None:
    path = os.environ.get(VARIABLE)
    if path:
        with suppress(OSError):
            file = Path(path).open("a")  # noqa: SIM115  held until the job ends
            _held.append(file)
            fcntl.flock(file, fcntl.LOCK_SH)


def _job_ends(**_kwargs: Any) -> None:
    while _held:
        _held.pop().close()


def _job_booked(**_kwargs: Any) -> None:
    path = os.environ.get(VARIABLE)
    if path:
        with suppress(OSError):
            os.utime(path)

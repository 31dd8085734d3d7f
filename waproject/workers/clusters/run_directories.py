"""The directories in which the supervisors of this machine keep their clusters' heartbeat files.

A supervisor holds the lock of its directory, and the processes of its clusters inherit it. A lock
that no process holds means that all of them are dead: any other supervisor of the same machine and
database may then give their jobs back to the queue.
"""

import hashlib
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from waproject.workers.clusters.heartbeat_files import Taken, taken_by
from waproject.workers.processes.lock import take_lock

LOCK = "lock"


def run_folder() -> Path:
    """Where an installation keeps its locks and logs: beside an SQLite database, else `var/`."""
    database = settings.DATABASES["default"]
    if str(database["ENGINE"]).endswith("sqlite3"):
        return Path(str(database["NAME"])).parent
    return settings.VAR_DIR


@dataclass(frozen=True, slots=True)
class OwnDirectory:
    """The directory of this supervisor. `lock` is the open descriptor that its clusters inherit."""

    path: Path
    lock: int


@dataclass(frozen=True, slots=True)
class LeftDirectory:
    """The directory of a killed supervisor, all of whose clusters are dead."""

    path: Path

    @property
    def clusters(self) -> list[UUID]:
        """The keys of its clusters."""
        return [UUID(one.name) for one in self.path.iterdir() if one.is_dir()]

    @property
    def taken(self) -> list[Taken]:
        """The jobs that its clusters took from the queue and did not book."""
        return [job for one in self.path.iterdir() if one.is_dir() for job in taken_by(one)]

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


class RunDirectories:
    """The directories of all supervisors of one machine and database: `<root>/<scope>.<id>/`."""

    def __init__(self, root: Path, scope: str) -> None:
        self._root, self._scope = root, scope

    @contextmanager
    def own(self) -> Iterator[OwnDirectory]:
        """A new directory, removed when the block ends."""
        path = self._root / f"{self._scope}.{uuid4().hex}"
        path.mkdir(parents=True, mode=0o700)
        unheld = path / f"{LOCK}.new"
        with unheld.open("w") as file:
            take_lock(file)
            unheld.rename(path / LOCK)
            try:
                yield OwnDirectory(path, file.fileno())
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def left(self) -> Iterator[LeftDirectory]:
        """The directories of dead supervisors. Each is locked until the next one is asked for."""
        for lock in sorted(self._root.glob(f"{self._scope}.*/{LOCK}")):
            with suppress(FileNotFoundError), lock.open() as file:  # or another has removed it
                if take_lock(file) and lock.exists():
                    yield LeftDirectory(lock.parent)


def our_directories() -> RunDirectories:
    """The directories of this machine and of the database that the settings name."""
    database = settings.DATABASES["default"]
    words = [str(database.get(key, "")) for key in ("ENGINE", "HOST", "PORT", "NAME")]
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
    return RunDirectories(run_folder() / "workers", f"{socket.gethostname()}.{digest}")

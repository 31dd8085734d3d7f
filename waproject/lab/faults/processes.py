"""Processes by group and by parent, read from /proc: whom a kill can strike."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_STATE, _GROUP = 0, 2


@dataclass(frozen=True, slots=True)
class Process:
    """One process that is alive."""

    pid: int

    def kill(self) -> None:
        """End it as a power cut would. It may have ended by itself a moment before."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def members(group: int) -> list[Process]:
    """The living processes of a process group, by id."""
    pids = sorted(int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return [Process(pid) for pid in pids if _group_of(pid) == group]


def children(parent: int) -> list[Process]:
    """The living processes that the main thread of another one began, the oldest first."""
    try:
        pids = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [Process(int(pid)) for pid in pids if _group_of(int(pid)) is not None]


def kill_group(group: int) -> None:
    """End every process of a group at once."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _group_of(pid: int) -> int | None:
    """The group of a process; None when it is dead."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # What follows the name, which may hold anything.
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] == "Z" else int(fields[_GROUP])

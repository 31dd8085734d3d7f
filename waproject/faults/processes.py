"""The processes of a group, read from /proc: whom a kill can strike."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_STATE, _PARENT, _GROUP = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Process:
    """One process that is alive."""

    pid: int
    parent: int

    def kill(self) -> None:
        """End it as a power cut would. It may have ended by itself a moment before."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def members(group: int) -> list[Process]:
    """The living processes of a process group, the oldest first."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _fields(entry / "stat")
        if fields and int(fields[_GROUP]) == group and fields[_STATE] != "Z":
            found.append(Process(int(entry.name), int(fields[_PARENT])))
    return sorted(found, key=lambda process: process.pid)


def children(group: int, parent: int) -> list[Process]:
    """Those of a group whose parent is `parent`."""
    return [process for process in members(group) if process.parent == parent]


def kill_group(group: int) -> None:
    """End every process of a group at once."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _fields(stat: Path) -> list[str]:
    """State, parent, group and the rest: what follows the name, which may hold anything."""
    try:
        return stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []

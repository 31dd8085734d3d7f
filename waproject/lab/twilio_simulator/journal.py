"""The journal of all messages: one entry for each that was accepted or written by a person.

`kind` is `api` (sent through the API), `reply` (a TwiML answer) or `inbound` (a person wrote).
Times are seconds since the epoch.
"""

import json
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class Journal:
    """Entries in memory, and as JSON lines in a file when one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self._file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Line-buffered: an entry is in the file before the sender gets its answer.
            self._file = path.open("a", buffering=1, encoding="utf-8")

    def write(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def read_journal(path: Path) -> list[Entry]:
    """The entries of a journal's file; a line cut off by a kill is left out."""
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue
    return entries

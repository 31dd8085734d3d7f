"""The process that reads one file, begun by contacts.imports.files.process. It loads no Django.

The file comes on standard input. Lines of JSON go to standard output:

    {"header": [...], "total": 12}         once; `total` is null unless the rows were to be counted
    {"rows": [[line, cells, problem]...]}  some rows
    {"end": true}                          the file was read to its end
    {"error": "..."}                       a sentence for the person who chose the file
    {"unexpected": "KeyError at x.py:12"}  a fault of ours, without anything of the file

A process that is out of memory may not be able to say so; its exit code does.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

from contacts.imports.files.reading import read_table
from contacts.imports.files.records import TableError, bundles
from contacts.imports.language import speak
from waproject.core.text.errors import place

OUT_OF_MEMORY = 77
_CHUNK_ROWS = 1_000
_CHUNK_CHARS = 500_000
_PR_SET_PDEATHSIG = 1


def main(parent: int, memory: int, seconds: int, counts: bool, language: str) -> int:
    """Read standard input within `memory` bytes and `seconds` of processor time."""
    _end_with(parent)
    _limit(memory, seconds)
    speak(language)
    try:
        _read(counts)
    except MemoryError:
        return OUT_OF_MEMORY
    except TableError as error:
        _say(error=str(error))
    except BrokenPipeError:
        return 1  # nobody wants more rows
    except Exception as error:
        _say(unexpected=f"{type(error).__name__} at {place(error)}")
    return 0


def _read(counts: bool) -> None:
    # The whole file is read first, so that a fault of it shows before a row is used.
    total = sum(1 for _row in read_table(sys.stdin.buffer).rows) if counts else None
    table = read_table(sys.stdin.buffer)
    _say(header=table.header, total=total)
    for rows in bundles(table.rows, _CHUNK_ROWS, _CHUNK_CHARS):
        _say(rows=rows)
    _say(end=True)


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with suppress(ValueError, OSError):  # macOS knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _end_with(parent: int) -> None:
    """Be killed when the process that began this one dies, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the system was told
            os._exit(1)


def _run() -> NoReturn:
    parent, memory, seconds, counts, language = sys.argv[1:]
    code = main(int(parent), int(memory), int(seconds), counts == "count", language)
    # Nothing is left to do, and freeing what a large file left takes time.
    os._exit(code)


if __name__ == "__main__":
    _run()

"""From a list of the admin to a file that its readers take along.

rows       a title line and rows, read from the database by chunks
people     contacts with their vehicles as rows
lists      any other list as rows, in the columns that the reader chose
files      rows -> CSV or XLSX
models     an export that runs in the background, and its file
operations start, run, forget one
sources    what can be exported in the background, and by whom
"""

from importlib import import_module
from typing import Any

_PUBLIC = {"ContactExport": "people", "SafeCSV": "files", "SafeXLSX": "files"}


def __getattr__(name: str) -> Any:
    """The classes that others use, loaded when they are asked for.

    The app's models import this package, for a model of its own, and the classes import them.
    """
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)

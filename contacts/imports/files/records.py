"""What every reader of files gives: rows of text, or one sentence that says why there are none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class TableError(ValueError):
    """Why a file gives no rows, as a sentence for the person who chose it."""


class Row(NamedTuple):
    """One row: the line of the file it begins on, its cells, and why it cannot be used, if so."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it. `rows` can be walked once; blank lines are not rows.

    `total` is the number of rows, where the whole file was read beforehand to count them.
    """

    header: list[str]
    rows: Iterator[Row]
    total: int | None = None


def bundles(rows: Iterable[Row], most_rows: int, most_chars: int) -> Iterator[list[Row]]:
    """The rows in lists of `most_rows`, or fewer where they are long; read as they are asked for.

    A list may pass `most_chars` by its last row.
    """
    bundle: list[Row] = []
    chars = 0
    for row in rows:
        bundle.append(row)
        chars += sum(map(len, row.cells))
        if len(bundle) >= most_rows or chars > most_chars:
            yield bundle
            bundle, chars = [], 0
    if bundle:
        yield bundle

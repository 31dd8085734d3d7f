"""Files of rows not taken, or taken in part: line, reason and cells, ready to be corrected."""

import csv
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TextIO

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from waproject.core.exports.spreadsheets import safe_cell


class Rejected(NamedTuple):
    """A row not taken as it came: the line it begins on, the reason, and its cells."""

    line: int
    reason: str
    cells: Sequence[str]

    @property
    def shown(self) -> str:
        """The cells that are not empty, as one line of a page."""
        return " · ".join(filter(None, map(str.strip, self.cells)))


class RejectionWriter:
    """Writes a CSV of line, reason and the columns of the source; no cell runs as a formula."""

    def __init__(self, file: TextIO, header: Sequence[str], delimiter: str = ",") -> None:
        self._writer = csv.writer(file, delimiter=delimiter)
        self._writer.writerow([_("line"), _("reason"), *map(safe_cell, header)])

    def write(self, row: Rejected) -> None:
        self._writer.writerow([row.line, row.reason, *map(safe_cell, row.cells)])


def between_cells() -> str:
    """The delimiter of a CSV. Where the comma is the decimal sign, Excel expects semicolons."""
    return ";" if get_format("DECIMAL_SEPARATOR") == "," else ","


def write_rejections(
    file: TextIO, header: Sequence[str], rejected: Iterable[Rejected], delimiter: str = ","
) -> None:
    """Write all the rows by a RejectionWriter."""
    writer = RejectionWriter(file, header, delimiter)
    for row in rejected:
        writer.write(row)

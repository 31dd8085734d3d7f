"""The file of rows not taken: where each stood, why, and its cells, ready to be corrected."""

import csv
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _

from contacts.spreadsheets import safe_cell


class Rejected(NamedTuple):
    """A row not taken: the line it begins on, the reason, and its cells as they came."""

    line: int
    reason: str
    cells: Sequence[str]


def write_rejections(
    file: TextIO, header: Sequence[str], rejected: Iterable[Rejected], delimiter: str = ","
) -> None:
    """Write a CSV of line, reason and the columns of the source; no cell runs as a formula."""
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([_("line"), _("reason"), *map(safe_cell, header)])
    for line, reason, cells in rejected:
        writer.writerow([line, reason, *map(safe_cell, cells)])

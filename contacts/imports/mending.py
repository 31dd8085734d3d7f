"""Rows of a file as a person corrected them on the page, before the import.

The file stays as it came. The corrected cells are kept beside it, and take the place of the row's
own wherever the file is read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from django.core.files.base import ContentFile

from contacts.imports.files.reading import problem_of_text
from contacts.imports.files.records import Row
from contacts.models import ImportJob

MOST_MENDED = 500
# The cells of a row by the line that it begins on.
Mended = dict[int, list[str]]


def mended_rows(rows: Iterable[Row], mended: Mended) -> Iterator[Row]:
    """The rows, with the corrected cells in place of those of the file."""
    for row in rows:
        cells = mended.get(row.line)
        yield row if cells is None else Row(row.line, cells, problem_of_text(cells))


def mended_by(rows: Iterable[Row], changes: Mapping[int, Mapping[int, str]], width: int) -> Mended:
    """The rows with what was written in their places, each as wide as the header.

    Those in which nothing differs from the file are left out.
    """
    mended: Mended = {}
    for row in rows:
        cells = [*row.cells, *[""] * width][:width]
        changed = {at: text for at, text in changes.get(row.line, {}).items() if at < width}
        if any(cells[at] != text for at, text in changed.items()) and len(mended) < MOST_MENDED:
            mended[row.line] = [changed.get(at, cell) for at, cell in enumerate(cells)]
    return mended


def file_of(mended: Mended) -> ContentFile:
    """The corrected rows as a file to store."""
    return ContentFile(json.dumps(mended).encode())


def mended_in(imported: ImportJob) -> Mended:
    """The corrected rows of an import."""
    if not imported.mended_file:
        return {}
    with imported.mended_file.open("rb") as stored:
        return {int(line): cells for line, cells in json.load(stored).items()}

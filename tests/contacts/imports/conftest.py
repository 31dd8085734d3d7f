import io
from collections.abc import Callable, Iterable, Sequence

import openpyxl
import pytest

from contacts.imports.bulk import ContactImport, RowOutcome, chunks_of
from contacts.imports.columns import recognise_columns
from contacts.imports.files.reading import read_table

Workbook = Callable[[Sequence[Sequence[object]]], io.BytesIO]
TakeText = Callable[..., list[RowOutcome]]


@pytest.fixture
def workbook() -> Workbook:
    """Makes an XLSX file of the given rows."""

    def make(rows: Sequence[Sequence[object]]) -> io.BytesIO:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        file = io.BytesIO()
        book.save(file)
        return file

    return make


@pytest.fixture
def take(db) -> TakeText:
    """Imports a CSV text and returns what became of its rows."""

    def take_text(text: str | Iterable[str], **options) -> list[RowOutcome]:
        lines = text if isinstance(text, str) else "\n".join(text)
        table = read_table(io.BytesIO(lines.encode()))
        engine = ContactImport(recognise_columns(table.header), region="CL", **options)
        return [outcome for rows in chunks_of(table.rows) for outcome in engine.take(rows)]

    return take_text

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest

WORKBOOK = Callable[[Sequence[Sequence[object]]], io.BytesIO]


@pytest.fixture
def workbook() -> WORKBOOK:
    """Makes an XLSX file of the given rows."""

    def make(rows: Sequence[Sequence[object]]) -> io.BytesIO:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        file = io.BytesIO()
        book.save(file)
        return file

    return make

"""Rows as CSV or XLSX, as spreadsheet programs open them. Formulas are made harmless."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.formats import get_format
from import_export.formats import base_formats

from waproject.core.exports.rows import Rows
from waproject.core.exports.spreadsheets import safe_cell

# An XLSX sheet ends at row 1,048,576.
ROWS_OF_A_SHEET = 1_000_000
# What openpyxl refuses to write: control characters that XML 1.0 has no place for.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_csv(file: BinaryIO, rows: Rows) -> None:
    """CSV as Excel opens it, marked as UTF-8.

    Where the comma is the decimal sign, numbers have it and semicolons stand between cells.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    comma = get_format("DECIMAL_SEPARATOR") == ","
    writer = csv.writer(text, delimiter=";" if comma else ",")
    writer.writerow(rows.headers)
    for chunk in rows.chunks:
        writer.writerows([_in_csv(_cell(value), comma) for value in row] for row in chunk)
    text.detach()


def write_xlsx(file: BinaryIO, rows: Rows) -> None:
    """XLSX written row by row: a list of 100,000 people takes little memory."""
    import openpyxl  # heavy, and only workbooks need it

    book = openpyxl.Workbook(write_only=True)
    left = 0
    for row in _all(rows):
        if not left:
            sheet = book.create_sheet()
            sheet.append(rows.headers)
            left = ROWS_OF_A_SHEET
        sheet.append([_printable(_cell(value)) for value in row])
        left -= 1
    if not book.worksheets:
        book.create_sheet().append(rows.headers)
    book.save(file)


WRITERS: dict[str, Callable[[BinaryIO, Rows], None]] = {"csv": write_csv, "xlsx": write_xlsx}


class SafeCSV(base_formats.CSV):
    """write_csv as import-export's form offers it."""

    CONTENT_TYPE = "text/csv; charset=utf-8"

    def is_binary(self) -> bool:
        return True

    def export_data(self, dataset: Rows, **kwargs: Any) -> bytes:
        return _content(write_csv, dataset)


class SafeXLSX(base_formats.XLSX):
    """write_xlsx as import-export's form offers it."""

    def export_data(self, dataset: Rows, **kwargs: Any) -> bytes:
        return _content(write_xlsx, dataset)


def _content(write: Callable[[BinaryIO, Rows], None], rows: Rows) -> bytes:
    file = io.BytesIO()
    write(file, rows)
    return file.getvalue()


def _all(rows: Rows) -> Iterator[list[Any]]:
    for chunk in rows.chunks:
        yield from chunk


def _cell(value: Any) -> Any:
    """A value that a spreadsheet shows as it is and never runs; whole prices without decimals."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return safe_cell(value) if isinstance(value, str) else value


def _in_csv(value: Any, comma: bool) -> Any:
    """A time to the second, as spreadsheet programs know it; a number with the decimal sign."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if comma and isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return value


def _printable(value: Any) -> Any:
    """XLSX has no way to write control characters."""
    return _UNPRINTABLE.sub("", value) if isinstance(value, str) else value

"""XLSX files as records of text, read row by row."""

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from contacts.imports.reading import Row, TableError

# A few kilobytes can unpack to gigabytes: a real list of a million rows stays below this.
MAX_UNPACKED_BYTES = 600 * 2**20


def read_workbook(file: BinaryIO) -> Iterator[Row]:
    """The rows of the active sheet, blank ones included, as text, with Excel's own row numbers."""
    _refuse_bombs(file)
    try:
        # openpyxl warns of features that it drops; a list has no use for them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise TableError(_damaged()) from error
    try:
        sheet = book.active
        if sheet is None or not hasattr(sheet, "iter_rows"):
            raise TableError(_("The sheet that opens first holds a chart, not a table."))
        # Some programs write a wrong size of the sheet, which would hide rows.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield Row(number, [cell if type(cell) is str else _text(cell) for cell in cells])
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(_damaged()) from error
    finally:
        book.close()


def _refuse_bombs(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise TableError(_damaged()) from error
    if "xl/workbook.xml" not in names:
        raise TableError(
            _("This is not a table. Save it in Excel as .xlsx or as CSV and try again.")
        )
    if unpacked > MAX_UNPACKED_BYTES:
        raise TableError(
            _("The workbook unpacks to %(size)d MB; the limit is %(limit)d MB. Split it in parts.")
            % {"size": unpacked / 2**20, "limit": MAX_UNPACKED_BYTES / 2**20}
        )
    file.seek(0)


def _text(cell: Any) -> str:
    """What a person sees in the cell: a phone kept as a number has no `.0`, a date no time."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


def _damaged() -> str:
    return _("The workbook is damaged. Open it in Excel, save it again and try once more.")

"""Files of rows: CSV in whatever encoding and delimiter Excel made of it, and XLSX.

`read_table` looks at the content, never at the name's ending, and streams: a file of any length
takes the memory of a few rows.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from contacts.imports.columns import count_known

MAX_BYTES = 100 * 2**20
MAX_ROWS = 1_000_000
_BLOCK = 2**20
_HEAD = 2**16
_DELIMITERS = (",", ";", "\t", "|")
# What Excel reads before all else: `sep=;`, which other programs put in quotes or fill up.
_SEPARATOR_LINE = re.compile(
    r"\ufeff?[\"']?sep ?= ?[\"']?(\\t|[^\w\s\"']|\t)[\"']?[,;|\t ]{0,200}[\r\n]", re.IGNORECASE
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


class TableError(ValueError):
    """Why a file gives no rows, as a sentence for the person who chose it."""


class Row(NamedTuple):
    """One row: the line of the file it begins on, its cells, and why it cannot be used, if so."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it. `rows` can be walked once; blank lines are not rows."""

    header: list[str]
    rows: Iterator[Row]


def read_table(file: BinaryIO) -> Table:
    """The table in `file`, a seekable binary file.

    Raises TableError at once, or while `rows` is walked (a file too long, a damaged sheet).
    """
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > MAX_BYTES:
        raise TableError(
            _("The file has %(size)d MB; the limit is %(limit)d MB. Split it in parts.")
            % {"size": size / 2**20, "limit": MAX_BYTES / 2**20}
        )
    head = file.read(_HEAD)
    file.seek(0)
    _refuse_other_formats(head)
    if head.startswith(_ZIP):
        # openpyxl is heavy and only workbooks need it.
        from contacts.imports.workbooks import read_workbook

        records = read_workbook(file)
    else:
        encoding = detect_encoding(file)
        records = _read_text(file, encoding)
    header = next((row.cells for row in records if not _is_blank(row.cells)), None)
    if header is None:
        raise TableError(_("The file is empty."))
    return Table(header, _checked(records, len(header)))


def detect_encoding(file: BinaryIO) -> str:
    """The encoding that reads the whole of `file`: utf-8, utf-16, cp1252 or latin-1."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = head.count(0)
    if zeros:
        # Spanish text in UTF-16 has a zero in nearly every second byte; in anything else a zero
        # means that this is no text.
        even = head[::2].count(0)
        if zeros > len(head) * 0.4 and even in (0, zeros):
            return "utf-16-be" if even else "utf-16-le"
        raise TableError(_not_a_table())
    if _decodes(file, "utf-8"):
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return "cp1252" if _decodes(file, "cp1252") else "latin-1"


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _refuse_other_formats(head: bytes) -> None:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise TableError(_("The file is empty."))
    if head.startswith(_OLD_EXCEL):
        raise TableError(
            _(
                "This is an old Excel file (.xls) or one with a password."
                " Save it as .xlsx without a password, or as CSV."
            )
        )
    start = head.lstrip()[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"%pdf", b"{\\rtf")):
        raise TableError(_not_a_table())


def _not_a_table() -> str:
    return _("This is not a table. Save it in Excel as .xlsx or as CSV and try again.")


def _is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def _checked(records: Iterator[Row], width: int) -> Iterator[Row]:
    """The rows that are not blank, of exactly `width` cells; a row that has more says so."""
    number = 0
    for row in records:
        if _is_blank(row.cells):
            continue
        number += 1
        if number > MAX_ROWS:
            raise TableError(
                _("The file has more than %(limit)d rows. Split it in parts.") % {"limit": MAX_ROWS}
            )
        if len(row.cells) == width:
            yield row
        elif len(row.cells) < width:
            yield Row(row.line, row.cells + [""] * (width - len(row.cells)))
        elif not _is_blank(row.cells[width:]):
            problem = _(
                "The row has %(cells)d cells under %(columns)d columns;"
                " a cell that holds the delimiter needs quotes."
            )
            found = {"cells": len(row.cells), "columns": width}
            yield Row(row.line, row.cells, problem % found)
        else:
            yield Row(row.line, row.cells[:width])


def _read_text(file: BinaryIO, encoding: str) -> Iterator[Row]:
    """The records of a CSV file, blank ones included, each with the line it begins on."""
    delimiter, line = _sniff(file, encoding)
    # Only a damaged UTF-16 file has signs to replace; the others were decoded whole before.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        for _skipped in range(line):
            text.readline()
        yield from _records(text, delimiter, line)
    finally:
        if not file.closed:
            text.detach()  # or the wrapper would close the caller's file


def _records(text: io.TextIOBase, delimiter: str, skipped: int) -> Iterator[Row]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    line, record = skipped + 1, []
    try:
        for cells in reader:
            yield Row(line, cells)
            record, lines.record = lines.record, []
            begun, line = line, skipped + reader.line_num + 1
    except csv.Error:
        # The one error of a reader that is not strict: a cell without end.
        raise _unclosed(line) from None
    if _is_open(record, delimiter):
        raise _unclosed(begun)


class _Lines:
    """The lines of a text, keeping those of the record being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if "\0" in line:
                raise TableError(_not_a_table())
            self.record.append(line)
            yield line


def _is_open(record: list[str], delimiter: str) -> bool:
    """Does the file end inside a quoted cell? Then that cell has swallowed rows."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _unclosed(line: int) -> TableError:
    return TableError(
        _(
            "A quote opened on line %(line)d is never closed,"
            " so the rows after it cannot be told apart."
        )
        % {"line": line}
    )


def _sniff(file: BinaryIO, encoding: str) -> tuple[str, int]:
    """The delimiter, and how many lines to skip before the header (Excel's `sep=;` line)."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    sample = decoder.decode(file.read(_HEAD))
    file.seek(0)
    if named := _SEPARATOR_LINE.match(sample):
        return "\t" if named[1] == "\\t" else named[1], 1
    return max(_DELIMITERS, key=lambda delimiter: _score(sample, delimiter)), 0


def _score(sample: str, delimiter: str) -> tuple[int, int]:
    """How well `delimiter` cuts the header: titles known, then titles at all."""
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(map(str.strip, cells)):
                return count_known(cells), len(cells)
    except csv.Error:
        return 0, 0
    return 0, 0

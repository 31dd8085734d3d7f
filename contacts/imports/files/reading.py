"""Files of rows: CSV in whatever encoding and delimiter Excel made of it, and XLSX.

`read_table` looks at the content, never at the name's ending, and streams: a file of any length
takes the memory of a few rows. What strangers send is read in a process of its own:
contacts.imports.files.process calls `read_table` there.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from contacts.imports.columns import count_known
from contacts.imports.files.encodings import detect_encoding
from contacts.imports.files.kinds import HEAD, ZIP, not_a_table, refuse_other_formats
from contacts.imports.files.records import Row, Table, TableError
from contacts.imports.language import gettext as _

__all__ = ["Row", "Table", "TableError", "read_table"]

MAX_BYTES = 100 * 2**20
MAX_ROWS = 1_000_000
MAX_BLANK_LINES = 3_000_000
MAX_COLUMNS = 1_000
MAX_LINE_CHARS = 1_000_000
# What Excel takes in one cell.
MAX_ROW_CHARS = 32_767
_SHOWN_CHARS = 100
_DELIMITERS = (",", ";", "\t", "|")
# What Excel reads before all else: `sep=;`, which other programs put in quotes or fill up.
_SEPARATOR_LINE = re.compile(
    r"\ufeff?[\"']?sep ?= ?[\"']?(\\t|[^\w\s\"']|\t)[\"']?[,;|\t ]{0,200}[\r\n]", re.IGNORECASE
)
# Letters that some program read in the wrong encoding: `Ã±`, `√±` and `├▒` were an ñ in UTF-8.
_GARBLED = re.compile(
    "\ufffd|"
    + "|".join(
        f"[{re.escape(leads)}][{re.escape(rest)}]"
        for encoding in ("cp1252", "mac_roman", "cp850")
        for leads in (b"\xc2\xc3".decode(encoding),)
        for rest in (bytes(range(0x80, 0xC0)).replace(b"\xa0", b"").decode(encoding, "ignore"),)
    )
    + "|\xc3[\x80-\x9f]|â€|‚Ä|ÔÇ"
)
# Letters that stand there as a program would write them: UTF-7's `+APE-`, `\u00f1`, `\xf1`.
_UNDECODED = re.compile(
    r"\+A[K-P](?:[AEIMQUYcgkosw048]|[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{6})-"
    r"|\\u00[0-9a-fA-F]{2}|\\x[c-fC-F][0-9a-fA-F]"
)
# MySQL writes `\"` for a quote within quotes, where other programs write two. Before a letter these
# would leave it alone.
_OF_MYSQL = re.compile(r"\\\"(?![\",;\t|\r\n]|$)")
_ESCAPED_QUOTE = re.compile(r"\\\"(?![,;\t|\r\n]|$)")


def read_table(file: BinaryIO) -> Table:
    """The table in `file`, a seekable binary file.

    Raises TableError at once, or while `rows` is walked (a file too long, a damaged sheet).
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    _require_size(size, MAX_BYTES)
    refuse_other_formats(file)
    file.seek(0)
    if file.read(len(ZIP)) == ZIP:
        # openpyxl is heavy and only workbooks need it.
        from contacts.imports.files.workbooks import MAX_BYTES as MAX_WORKBOOK_BYTES
        from contacts.imports.files.workbooks import read_workbook

        _require_size(size, MAX_WORKBOOK_BYTES)
        records, has_delimiter = read_workbook(file), False
    else:
        records, has_delimiter = _read_text(file, detect_encoding(file)), True
    header = next((row.cells for row in records if not _is_blank(row.cells)), None)
    if header is None:
        raise TableError(_("The file is empty."))
    # Where there are delimiters, a cell more than the first row has comes of one within a cell.
    limit = len(header) if has_delimiter else None
    header = _checked_header(header)
    return Table(header, _checked(records, len(header), limit))


def _require_size(size: int, limit: int) -> None:
    if size > limit:
        raise TableError(
            _("The file has %(size)d MB; the limit is %(limit)d MB. Split it in parts.")
            % {"size": size / 2**20, "limit": limit / 2**20}
        )


def _is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def _checked_header(cells: list[str]) -> list[str]:
    """The titles up to the last one."""
    while not cells[-1].strip():
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise TableError(
            _(
                "The first row has %(columns)d columns; the limit is %(limit)d."
                " Copy the columns that you need into a new file."
            )
            % {"columns": len(cells), "limit": MAX_COLUMNS}
        )
    if problem := problem_of_text(cells):
        raise TableError(_("The titles of the columns: %(problem)s") % {"problem": problem})
    return cells


def _checked(records: Iterator[Row], width: int, limit: int | None) -> Iterator[Row]:
    """The rows that are not blank, of exactly `width` cells or with the problem that they have.

    What stands under no title is dropped; more than `limit` cells are a problem.
    """
    number = blank = 0
    for row in records:
        if _is_blank(row.cells):
            blank += 1
        else:
            number += 1
            yield _fitted(row, width, limit)
        if number > MAX_ROWS:
            raise TableError(
                _("The file has more than %(limit)d rows. Split it in parts.") % {"limit": MAX_ROWS}
            )
        if blank > MAX_BLANK_LINES:
            raise TableError(
                _("The file has more than %(limit)d blank lines. Copy the list into a new one.")
                % {"limit": MAX_BLANK_LINES}
            )


def _fitted(row: Row, width: int, limit: int | None) -> Row:
    line, cells, _none = row
    if len(cells) < width:
        cells += [""] * (width - len(cells))
    elif len(cells) > width:
        if limit and not _is_blank(cells[limit:]):
            return _refused(line, cells, _problem_of_width(len(cells), limit))
        del cells[width:]
    if problem := problem_of_text(cells):
        return _refused(line, cells, problem)
    return Row(line, cells)


def _refused(line: int, cells: list[str], problem: str) -> Row:
    """The row with its problem, cut to what may be shown of it."""
    cells = cells[:MAX_COLUMNS]
    if sum(map(len, cells)) > MAX_ROW_CHARS:
        cells = [cell[:_SHOWN_CHARS] for cell in cells]
    return Row(line, cells, problem)


def _problem_of_width(cells: int, columns: int) -> str:
    return _(
        "The row has %(cells)d cells under %(columns)d columns;"
        " a cell that holds the delimiter needs quotes."
    ) % {"cells": cells, "columns": columns}


def problem_of_text(cells: list[str]) -> str:
    """Why the texts of a row cannot be used, "" if they can."""
    text = "\n".join(cells)
    if len(text) > MAX_ROW_CHARS:
        return _("The row has more than %(limit)d characters.") % {"limit": MAX_ROW_CHARS}
    has_marks = "\\" in text or "+A" in text
    if (has_marks and _UNDECODED.search(text)) or (not text.isascii() and _GARBLED.search(text)):
        return _(
            "Letters with accents are lost or garbled here."
            " Save the list again as “CSV UTF-8” or as .xlsx from the program that made it."
        )
    return ""


def _read_text(file: BinaryIO, encoding: str) -> Iterator[Row]:
    """The records of a CSV file, blank ones included, each with the line it begins on."""
    delimiter, line = _sniff(file, encoding)
    # What cannot be decoded becomes a sign by which its row is refused.
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        for _skipped in range(line):
            text.readline(MAX_LINE_CHARS)
        yield from _records(text, delimiter, line)
    finally:
        if not file.closed:
            text.detach()  # or the wrapper would close the caller's file


def _records(text: io.TextIOBase, delimiter: str, skipped: int) -> Iterator[Row]:
    lines = _Lines(text, skipped)
    reader = csv.reader(lines, delimiter=delimiter)
    line, record = skipped + 1, []
    try:
        for cells in reader:
            yield Row(line, cells)
            record, lines.record = lines.record, []
            begun, line = line, skipped + reader.line_num + 1
    except csv.Error:
        # The one error of a reader that is not strict: a cell beyond csv's limit.
        raise (_unclosed(line) if len(lines.record) > 1 else _long_cell(line)) from None
    if _is_open(record, delimiter):
        raise _unclosed(begun)


class _Lines:
    """The lines of a text, keeping those of the record being read."""

    def __init__(self, text: io.TextIOBase, skipped: int) -> None:
        self._text = text
        self._number = skipped
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MAX_LINE_CHARS + 1):
            self._number += 1
            if len(line) > MAX_LINE_CHARS:
                raise TableError(
                    _("Line %(line)d has more than %(limit)d characters, so this is no list.")
                    % {"line": self._number, "limit": MAX_LINE_CHARS}
                )
            if "\0" in line:
                raise TableError(not_a_table())
            if "\\" in line and _OF_MYSQL.search(line):
                line = _ESCAPED_QUOTE.sub('""', line)
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


def _long_cell(line: int) -> TableError:
    return TableError(
        _("A cell on line %(line)d has more than %(limit)d characters. Shorten or remove it.")
        % {"line": line, "limit": csv.field_size_limit()}
    )


def _sniff(file: BinaryIO, encoding: str) -> tuple[str, int]:
    """The delimiter, and how many lines to skip before the header (Excel's `sep=;` line)."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    sample = decoder.decode(file.read(HEAD))
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

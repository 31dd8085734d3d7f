"""XLSX files as records of text, read row by row.

openpyxl reads the parts of a workbook. Two of its loops are replaced, because they keep what they
have read: an element for each row of the sheet, and a Python string for each shared string.
"""

import datetime
import warnings
import zipfile
from array import array
from collections.abc import Iterator
from typing import IO, Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError
from xml.parsers.expat import errors as expat_errors

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from contacts.imports.files.kinds import refuse_other_archives
from contacts.imports.files.number_formats import shown_number, shown_text
from contacts.imports.files.records import Row, TableError
from contacts.imports.language import gettext as _

MAX_BYTES = 20 * 2**20
# A few kilobytes can unpack to gigabytes: a real list of a million rows stays below this.
MAX_UNPACKED_BYTES = 600 * 2**20
# Excel's own limit.
MAX_SHEET_ROWS = 1_048_576
_OUT_OF_MEMORY = expat_errors.codes[expat_errors.XML_ERROR_NO_MEMORY]


def _tag(name: str) -> str:
    return f"{{{SHEET_MAIN_NS}}}{name}"


_DATA, _ROW, _STRING, _TEXT, _RUN = map(_tag, ("sheetData", "row", "si", "t", "r"))


def read_workbook(file: BinaryIO) -> Iterator[Row]:
    """The rows of the active sheet that hold cells, as text, with Excel's own row numbers.

    Raises TableError for what is no workbook, too large, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            refuse_other_archives(archive)
            _refuse_bombs(archive)
        file.seek(0)
        # openpyxl warns of features that it drops; a list has no use for them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield from _read(file)
    except (TableError, MemoryError):
        raise
    except Exception as error:
        # A damaged part makes zipfile, zlib, expat or openpyxl raise whatever it leads them to.
        if isinstance(error, ParseError) and error.code == _OUT_OF_MEMORY:
            raise MemoryError from error
        raise TableError(
            _("The workbook is damaged. Open it in Excel, save it again and try once more.")
        ) from error


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAX_UNPACKED_BYTES:
        raise TableError(
            _("The workbook unpacks to %(size)d MB; the limit is %(limit)d MB. Split it in parts.")
            % {"size": unpacked / 2**20, "limit": MAX_UNPACKED_BYTES / 2**20}
        )


def _read(file: BinaryIO) -> Iterator[Row]:
    reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    try:
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        strings = _read_strings(reader)
        with reader.archive.open(_active_sheet(reader)) as source:
            yield from _Sheet(source, strings, reader.wb).records()
    finally:
        reader.archive.close()


def _active_sheet(reader: ExcelReader) -> str:
    """The name, within the archive, of the sheet that opens first."""
    sheets = list(reader.parser.find_sheets())
    book: Any = reader.wb
    _sheet, relation = sheets[book._active_sheet_index]
    if "chartsheet" in relation.Type:
        raise TableError(_("The sheet that opens first holds a chart, not a table."))
    return str(relation.target)


class _Sheet(WorkSheetParser):
    """The rows of a sheet, each forgotten when it has been given."""

    def __init__(self, source: IO[bytes], strings: "_Strings", book: Any) -> None:
        super().__init__(
            source,
            strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        self._book = book
        self._masks: dict[str, str] = {}

    def records(self) -> Iterator[Row]:
        rows: Element | None = None
        for event, element in iterparse(self.source, ("start", "end")):
            if event == "start":
                if element.tag == _DATA:
                    rows = element
            elif element.tag == _ROW and rows is not None:
                self._count(element)
                if len(element):
                    yield Row(self.row_counter, self._texts(element))
                rows.clear()
            elif element.tag == _DATA:
                rows = None
            elif rows is None:
                element.clear()  # what stands around the rows: formats, links

    def _count(self, row: Element) -> None:
        self.row_counter = int(float(row.get("r", self.row_counter + 1)))
        if self.row_counter > MAX_SHEET_ROWS:
            raise TableError(
                _("The sheet has more rows than Excel can show. Copy the list into a new workbook.")
            )

    def _texts(self, row: Element) -> list[str]:
        """The cells up to the last that holds something."""
        self.col_counter = 0
        texts: list[str] = []
        for element in row:
            # A cell with nothing in it is there for its colour; sheets have millions of them.
            if not len(element):
                self.col_counter += "r" not in element.attrib
                continue
            cell = self.parse_cell(element)
            if text := self._shown(cell["value"], element) or _text(cell["value"]):
                texts.extend([""] * (cell["column"] - len(texts)))
                texts[cell["column"] - 1] = text
        return texts

    def _shown(self, value: Any, cell: Element) -> str | None:
        """The text of a cell whose format writes digits of its own, such as a phone's country."""
        if (style := cell.get("s", "0")) == "0":
            return None
        if style not in self._masks:
            self._masks[style] = self._mask(int(style))
        if not (mask := self._masks[style]):
            return None
        if type(value) is str:
            return shown_text(value, mask)
        return shown_number(value, mask) if type(value) in (int, float) else None

    def _mask(self, style: int) -> str:
        """The number format of a style, if it is none of those built into Excel."""
        styles, masks = self._book._cell_styles, self._book._number_formats
        custom = styles[style].numFmtId - BUILTIN_FORMATS_MAX_SIZE if style < len(styles) else -1
        return masks[custom] if 0 <= custom < len(masks) else ""


class _Strings:
    """The shared strings of a workbook, packed: as Python strings they took three times as much."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def append(self, text: str) -> None:
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()


def _read_strings(reader: ExcelReader) -> _Strings:
    strings = _Strings()
    part = reader.package.find(SHARED_STRINGS)
    if part is None:
        return strings
    with reader.archive.open(part.PartName[1:]) as source:
        events = iterparse(source, ("start", "end"))
        _event, root = next(events)
        for event, element in events:
            if event == "end" and element.tag == _STRING:
                strings.append(_string(element))
                root.clear()
    return strings


def _string(element: Element) -> str:
    """The text of a shared string, whole or in runs of different looks."""
    text = element.findtext(_TEXT) or ""
    runs = (run.findtext(_TEXT) or "" for run in element.iterfind(_RUN))
    text += "".join(runs)
    return unescape(text) if "_x" in text else text


def _text(value: Any) -> str:
    """What a person sees in the cell: a phone kept as a number has no `.0`, a date no time."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)

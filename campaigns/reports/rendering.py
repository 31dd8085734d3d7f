"""Rows of a report as JSON, CSV or a table, and single values as people read them."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from textwrap import indent
from typing import Any

from django.db.models import Choices
from django.utils.formats import date_format, get_format, number_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from campaigns.reports.columns import Column
from waproject.core.exports.spreadsheets import safe_cell

NOTHING = "–"
ENDLESS = 10_000


def as_json(columns: Sequence[Column], rows: Iterable[Any]) -> str:
    """A JSON list of one object per row: times in ISO 8601 UTC, numbers as numbers."""
    return "".join(json_pieces(columns, rows))


def json_pieces(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The text of as_json, row by row, for lists too long to hold in memory."""
    before = "["
    for row in rows:
        plain = {column.name: _plain(getattr(row, column.name)) for column in columns}
        text = json.dumps(plain, ensure_ascii=False, indent=2)
        yield f"{before}\n{indent(text, '  ')}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def as_csv(columns: Sequence[Column], rows: Sequence[Any]) -> str:
    """CSV with the fields' names in the first line, as RFC 4180 has it; formulas made harmless."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in columns)
    for row in rows:
        values = (_plain(getattr(row, column.name)) for column in columns)
        writer.writerow(safe_cell(value) if isinstance(value, str) else value for value in values)
    return text.getvalue()


def titles(columns: Sequence[Column]) -> list[str]:
    """The titles of the columns in the reader's language."""
    return [capfirst(str(column.label)) for column in columns]


def workbook_row(columns: Sequence[Column], row: Any) -> list[Any]:
    """The values of a row for a workbook: numbers and times as such, states in words."""
    return [_in_workbook(getattr(row, column.name)) for column in columns]


def as_sheet(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """CSV for a spreadsheet program of the reader's country, line by line.

    Titles and states are in the reader's language, times in the project's zone. Where the comma
    is the decimal sign, numbers have it and semicolons stand between cells. Formulas are harmless.
    """
    comma = get_format("DECIMAL_SEPARATOR") == ","
    line = csv.writer(_Line(), delimiter=";" if comma else ",")
    yield line.writerow(titles(columns))
    for row in rows:
        yield line.writerow(_in_sheet(getattr(row, column.name), comma) for column in columns)


class _Line:
    """A file whose write() returns the text, for csv.writer."""

    def write(self, text: str) -> str:
        return text


def _in_sheet(value: Any, comma: bool) -> str | int | None:
    """The value as a spreadsheet program takes it for a number, a date or a text."""
    if isinstance(value, bool):
        return _yes_or_no(value)
    if isinstance(value, Choices):
        return str(value.label)
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",") if comma else str(value)
    return safe_cell(value) if isinstance(value, str) else value


def _in_workbook(value: Any) -> Any:
    if isinstance(value, bool):
        return _yes_or_no(value)
    if isinstance(value, Choices):
        return str(value.label)
    # A workbook knows no time zones.
    return localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value


def _yes_or_no(value: bool) -> str:
    return gettext("Yes") if value else gettext("No")


def _plain(value: Any) -> str | int | float | None:
    """The value as other programs read it."""
    if isinstance(value, Choices):
        return str(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def as_table(
    title: str, columns: Sequence[Column], rows: Sequence[Any], *, width: int, colour: bool = False
) -> str:
    """A table for a terminal of `width` characters; 0 gives it all the room it needs.

    Where its columns do not fit side by side, each row becomes a table of its own, upright.
    """
    shown = [column for column in columns if not column.detail]
    text = io.StringIO()
    console = Console(file=text, width=width or ENDLESS, force_terminal=colour, highlight=False)
    table = _table(title, shown, rows)
    needed = Measurement.get(console, console.options.update(max_width=ENDLESS), table).maximum
    if not width:
        console.width = max(needed, len(title))
    if width and needed > width:
        for row in rows:
            console.print(_upright(title, shown, row))
    else:
        console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _table(title: str, columns: Sequence[Column], rows: Sequence[Any]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        numeric = any(is_number(getattr(row, column.name)) for row in rows)
        table.add_column(str(column.label), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_cell(row, column) for column in columns))
    return table


def _upright(title: str, columns: Sequence[Column], row: Any) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    for column in columns:
        table.add_row(str(column.label), _cell(row, column))
    return table


def _cell(row: Any, column: Column) -> Text:
    return Text(_printable(as_words(getattr(row, column.name), column)))


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def as_words(value: Any, column: Column) -> str:
    """The value as a person reads it, in the reader's language and the project's time zone."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _yes_or_no(value)
    if isinstance(value, Choices):
        return str(value.label)
    if isinstance(value, datetime):
        return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if is_number(value) and column.grouped:
        return str(number_format(value, force_grouping=True))
    return str(value)


def _printable(text: str) -> str:
    """Without control characters: a name must not be able to control the reader's terminal."""
    spaced = text.replace("\xa0", " ")
    return "".join(character for character in spaced if character.isprintable())

"""Opting out by list: a CSV, TXT or XLSX file with a phone per row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from contacts.imports.columns import recognise_columns
from contacts.imports.files.process import open_on_page
from contacts.imports.files.records import Row, Table, TableError
from contacts.imports.rows.rules import BETWEEN_VALUES
from contacts.phones import PhoneError, parse_phone
from contacts.phones.keys import phone_key
from optouts.actions import OptOutAction
from optouts.models import OptOut, Reason
from optouts.operations import opt_out_phones
from waproject.accounts.actors import Actor, permit, user_of
from waproject.audit.acting import announce

# What one web request can take without running into the server's time limit.
MOST_ROWS = 20_000
CHUNK = 500
SHOWN_CHARS = 100


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that opted nobody out: its line in the file, the phone as written, the reason."""

    line: int
    value: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of each row; the three outcomes add up to the rows of the file."""

    opted_out: int = 0
    already: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.opted_out + self.already + len(self.failures)


class _Read(NamedTuple):
    """The phones of a row; one that failed is not counted again."""

    phones: list[str]
    is_counted: bool


def opt_out_list(
    file: BinaryIO,
    *,
    name: str,
    by: Actor,
    note: str = "",
    region: str | None = None,
) -> Report:
    """Opt out everybody on a list; the same file again changes nothing.

    Unknown phones become opted-out contacts, so that no later import writes to them. The file is
    read to its end first: TableError or ColumnsError mean that nothing was done. After
    that the upload is logged, and each chunk of rows is a transaction of its own.
    """
    permit(by, OptOutAction.UPLOAD.permission)
    report = Report()
    with open_on_page(file) as table:
        rows = list(_read_phones(table, region, report))
    distinct = {phone_key(phone): phone for row in rows for phone in row.phones}
    after = {"phones": len(distinct)}
    announce(by, OptOutAction.UPLOAD, OptOut, text=name, reason=note, after=after)
    left, user = iter(distinct.values()), user_of(by)
    newly: set[str] = set()
    while chunk := list(islice(left, CHUNK)):
        newly |= opt_out_phones(chunk, reason=Reason.IMPORT, evidence=name, by=user, note=note)
    _count(rows, {phone_key(phone) for phone in newly}, report)
    return report


def _count(rows: list[_Read], newly: set[str], report: Report) -> None:
    """Count each row once, by the keys of the phones that were not opted out before."""
    for row in rows:
        keys = {phone_key(phone) for phone in row.phones}
        if row.is_counted and newly.isdisjoint(keys):
            report.already += 1
        elif row.is_counted:
            report.opted_out += 1
        newly -= keys  # a later row with these phones changes nothing


def _read_phones(table: Table, region: str | None, report: Report) -> Iterator[_Read]:
    """The phones of each row.

    A row without a phone, or with one that cannot be understood, becomes a failure of the report;
    its other phones are opted out all the same.
    """
    for row, values in _phone_cells(table):
        phones: list[str] = []
        failure = None
        # A name in an unknown encoding must not keep its person from being opted out.
        if row.problem and len(row.cells) != len(table.header):
            failure = Failure(row.line, "".join(values[:1])[:SHOWN_CHARS], row.problem)
            values = []
        for value in values:
            try:
                phones.append(parse_phone(value, region))
            except PhoneError as error:
                failure = failure or Failure(row.line, value[:SHOWN_CHARS], str(error))
        if failure:
            report.failures.append(failure)
        yield _Read(phones, is_counted=not failure)


def _phone_cells(table: Table) -> Iterator[tuple[Row, list[str]]]:
    """Each row with the texts of its phone columns. A list without titles starts on line 1."""
    position, rows = _position_without_titles(table.header), table.rows
    if position is None:
        positions = recognise_columns(table.header).all_of("phone")
    else:
        positions, rows = [position], chain([Row(1, table.header)], rows)
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise TableError(
                _("The list has more than %(most)s rows. Split it into several files.")
                % {"most": MOST_ROWS}
            )
        cells = (row.cells[at] for at in positions if at < len(row.cells))
        values = (value.strip() for cell in cells for value in cell.split(BETWEEN_VALUES))
        yield row, [value for value in values if value] or [""]


def _position_without_titles(header: list[str]) -> int | None:
    for position, cell in enumerate(header):
        try:
            parse_phone(cell)
        except PhoneError:
            continue
        return position
    return None

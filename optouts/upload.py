"""Opting out by list: a CSV, TXT or XLSX file with a phone per row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from contacts.imports.columns import recognise_columns
from contacts.imports.process import open_on_page
from contacts.imports.records import Row, Table, TableError
from contacts.phone_keys import phone_key
from contacts.phones import PhoneError, parse_phone
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
        phones = list(_read_phones(table, region, report))
    distinct = {phone_key(phone): phone for phone in phones}
    after = {"phones": len(distinct)}
    announce(by, OptOutAction.UPLOAD, OptOut, text=name, reason=note, after=after)
    left, user = iter(distinct.values()), user_of(by)
    while chunk := list(islice(left, CHUNK)):
        newly = opt_out_phones(chunk, reason=Reason.IMPORT, evidence=name, by=user, note=note)
        report.opted_out += len(newly)
    report.already = len(phones) - report.opted_out
    return report


def _read_phones(table: Table, region: str | None, report: Report) -> Iterator[str]:
    """The phones of a list; rows without one become failures of the report."""
    for row, value in _phone_cells(table):
        # A name in an unknown encoding must not keep its person from being opted out.
        if row.problem and len(row.cells) != len(table.header):
            report.failures.append(Failure(row.line, value[:SHOWN_CHARS], row.problem))
            continue
        try:
            yield parse_phone(value, region)
        except PhoneError as error:
            report.failures.append(Failure(row.line, value[:SHOWN_CHARS], str(error)))


def _phone_cells(table: Table) -> Iterator[tuple[Row, str]]:
    """Each row with what its phone column holds. A list without titles starts on its first line."""
    position, rows = _position_without_titles(table.header), table.rows
    if position is None:
        position = recognise_columns(table.header).positions["phone"]
    else:
        rows = chain([Row(1, table.header)], rows)
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise TableError(
                _("The list has more than %(most)s rows. Split it into several files.")
                % {"most": MOST_ROWS}
            )
        yield row, row.cells[position] if position < len(row.cells) else ""


def _position_without_titles(header: list[str]) -> int | None:
    for position, cell in enumerate(header):
        try:
            parse_phone(cell)
        except PhoneError:
            continue
        return position
    return None

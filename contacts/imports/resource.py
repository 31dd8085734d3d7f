"""import-export's side of an import: what a file would do, told before it does it."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import pgettext
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Result, RowResult

from contacts.imports.bulk import ContactImport, Outcome, RowOutcome, chunks_of
from contacts.imports.columns import Columns, recognise_columns
from contacts.imports.process import open_on_page
from contacts.imports.records import Row
from contacts.imports.rejections import Rejected
from contacts.imports.rows import ContactRow
from contacts.landlines import is_landline
from contacts.models import Contact
from contacts.names import first_name
from contacts.phones import shown_phone

UNDERSTOOD_SHOWN = 20

_IMPORT_TYPES = {
    Outcome.CREATED: RowResult.IMPORT_TYPE_NEW,
    Outcome.UPDATED: RowResult.IMPORT_TYPE_UPDATE,
    Outcome.UNCHANGED: RowResult.IMPORT_TYPE_SKIP,
    Outcome.SKIPPED: RowResult.IMPORT_TYPE_SKIP,
    Outcome.FAILED: RowResult.IMPORT_TYPE_INVALID,
}


@dataclass(frozen=True, slots=True)
class ContactRows:
    """The rows of a file under its columns, in the shape of a tablib.Dataset; and the file."""

    columns: Columns
    rows: list[Row]
    content: bytes

    @property
    def headers(self) -> list[str]:
        return list(self.columns.header)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[list[str]]:
        return (row.cells for row in self.rows)


class ContactFile(Format):
    """CSV and XLSX in all the ways that contacts.imports.reading knows."""

    # import-export makes formats with the encoding of its settings; ours is found in the file.
    def __init__(self, encoding: str | None = None) -> None:
        pass

    def get_title(self) -> str:
        return "CSV / XLSX"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> ContactRows:
        """Raises TableError or ColumnsError, with a sentence, for a file that cannot be used."""
        with open_on_page(io.BytesIO(in_stream)) as table:
            return ContactRows(recognise_columns(table.header), list(table.rows), in_stream)


class Understood(NamedTuple):
    """A row that will be taken, as it was understood and in the words of the page."""

    line: int
    outcome: str
    phone: str
    is_landline: bool
    name: str
    greeting: str
    email: str
    vehicle: str
    price: Decimal | None
    tags: str


class PreviewResult(Result):
    """Counts by outcome, the first rows as they were understood, and what will not be taken.

    `remarked` are the rows that will be taken without some cell; `repeated` are pairs of the line
    of a row and the earlier line with the same phone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.understood: list[Understood] = []
        self.remarked: list[Rejected] = []
        self.repeated: list[tuple[int, int]] = []
        self.counts: Counter[str] = Counter()
        self.rejected: list[Rejected] = []
        self.unknown_columns: list[str] = []
        self.keeps_unknown = False

    def tell(self, row: Row, outcome: RowOutcome, region: str | None) -> None:
        """Add what becomes of one row."""
        self.counts[outcome.outcome] += 1
        if not outcome.was_taken:
            self.rejected.append(Rejected(row.line, outcome.reason, row.cells))
        elif outcome.row and len(self.understood) < UNDERSTOOD_SHOWN:
            self.understood.append(_understood(outcome, outcome.row, region))
        if outcome.remarks:
            self.remarked.append(Rejected(row.line, outcome.remarks, row.cells))
        if outcome.first_line:
            self.repeated.append((row.line, outcome.first_line))

    @property
    def taken(self) -> int:
        """How many rows the import will take."""
        return self.total_rows - len(self.rejected)

    def labelled_counts(self) -> list[tuple[str, int]]:
        return [(str(outcome.label), self.counts[outcome]) for outcome in Outcome]


class ContactPreview(Resource):
    """Says what becomes of each row by the import's own rules, on a dry run.

    The rules look at a chunk of rows at once, so all outcomes are there before import-export asks
    for the first. Only previews come here: the rows are written by contacts.imports.operations.
    """

    phone = Field()
    name = Field()
    email = Field()
    language = Field()
    tags = Field()
    make = Field()
    model = Field()
    year = Field()
    price = Field()
    link = Field()

    class Meta:
        instance_loader_class = BaseInstanceLoader  # nobody is loaded row by row
        use_bulk = True  # no savepoint for each row: none of them writes

    def __init__(self, *, region: str = "", keep_unknown: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._region = region or None
        self._keep_unknown = keep_unknown
        self._outcomes: list[RowOutcome] = []

    @classmethod
    def get_display_name(cls) -> str:
        return str(Contact._meta.verbose_name_plural)

    @classmethod
    def get_result_class(cls) -> type[PreviewResult]:
        return PreviewResult

    def before_import(self, dataset: ContactRows, **kwargs: Any) -> None:
        """Decide about all rows. Nothing is written."""
        engine = ContactImport(
            dataset.columns, region=self._region, keep_unknown=self._keep_unknown, dry_run=True
        )
        for rows in chunks_of(dataset.rows):
            self._outcomes += engine.take(rows)

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        """What was decided about the row: no error, since the others are taken without it."""
        result = self.get_row_result_class()()
        result.import_type = _IMPORT_TYPES[self._outcomes[kwargs["row_number"] - 1].outcome]
        return result

    def after_import(self, dataset: ContactRows, result: PreviewResult, **kwargs: Any) -> None:
        """Sum up for the page."""
        result.unknown_columns = dataset.columns.unknown_names
        result.keeps_unknown = self._keep_unknown
        for row, outcome in zip(dataset.rows, self._outcomes, strict=True):
            result.tell(row, outcome, self._region)


def _said_of_one(outcome: Outcome) -> str:
    """What happens to one person, where the outcome's own label counts rows."""
    if outcome == Outcome.CREATED:
        return pgettext("one row", "new")
    if outcome == Outcome.UPDATED:
        return pgettext("one row", "brought up to date")
    return pgettext("one row", "no change")


def _understood(outcome: RowOutcome, row: ContactRow, region: str | None) -> Understood:
    name, vehicle = row.given.get("name", ""), row.vehicle
    return Understood(
        line=outcome.line,
        outcome=_said_of_one(outcome.outcome),
        phone=shown_phone(row.phone, region),
        is_landline=is_landline(row.phone),
        name=name,
        greeting=first_name(name),
        email=row.given.get("email", ""),
        vehicle=f"{vehicle.make} {vehicle.model} {vehicle.year}" if vehicle else "",
        price=vehicle.price if vehicle else None,
        tags=", ".join(row.tags),
    )

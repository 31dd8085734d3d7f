"""import-export's side of an import: what a file would do, told before it does it."""

import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import Resource
from import_export.results import Result, RowResult

from contacts.imports.bulk import ContactImport, Outcome, chunks_of
from contacts.imports.columns import Columns, recognise_columns
from contacts.imports.process import open_on_page
from contacts.imports.records import Row
from contacts.imports.rejections import Rejected
from contacts.models import Contact

_IMPORT_TYPES = {
    Outcome.CREATED: RowResult.IMPORT_TYPE_NEW,
    Outcome.UPDATED: RowResult.IMPORT_TYPE_UPDATE,
    Outcome.UNCHANGED: RowResult.IMPORT_TYPE_SKIP,
    Outcome.SKIPPED: RowResult.IMPORT_TYPE_SKIP,
    Outcome.FAILED: RowResult.IMPORT_TYPE_INVALID,
}


@dataclass(frozen=True, slots=True)
class ContactRows:
    """The rows of a file under its columns."""

    columns: Columns
    rows: list[Row]

    @property
    def headers(self) -> list[str]:
        return list(self.columns.header)

    def __len__(self) -> int:
        return len(self.rows)


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
            return ContactRows(recognise_columns(table.header), list(table.rows))


class PreviewResult(Result):
    """Counts by outcome, and the rows that will not be taken."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.rejected: list[Rejected] = []
        self.unknown_columns: list[str] = []
        self.keeps_unknown = False

    def labelled_counts(self) -> list[tuple[str, int]]:
        return [(str(outcome.label), self.counts[outcome]) for outcome in Outcome]


class ContactPreview(Resource):
    """Says what becomes of each row by the import's own code, on a dry run."""

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

    def __init__(self, *, region: str = "", keep_unknown: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._region = region or None
        self._keep_unknown = keep_unknown

    @classmethod
    def get_display_name(cls) -> str:
        return str(Contact._meta.verbose_name_plural)

    def import_data(self, dataset: ContactRows, **kwargs: Any) -> PreviewResult:
        """What would become of each row. Nothing is written: imports go by contacts.imports."""
        result = PreviewResult()
        result.total_rows = len(dataset)
        result.unknown_columns = dataset.columns.unknown_names
        result.keeps_unknown = self._keep_unknown
        engine = ContactImport(
            dataset.columns, region=self._region, keep_unknown=self._keep_unknown, dry_run=True
        )
        for rows in chunks_of(dataset.rows):
            for row, outcome in zip(rows, engine.take(rows), strict=True):
                result.counts[outcome.outcome] += 1
                result.totals[_IMPORT_TYPES[outcome.outcome]] += 1
                if not outcome.was_taken:
                    result.rejected.append(Rejected(row.line, outcome.reason, row.cells))
        return result

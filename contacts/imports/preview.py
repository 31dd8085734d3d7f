"""What an import would do with a file, by a dry run of the import itself.

Of a long file the first rows are looked at, so that a page can wait for it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contacts.imports.bulk import ContactImport, Outcome, RowOutcome, chunks_of
from contacts.imports.columns import Columns, recognise_columns, tidy_title
from contacts.imports.files.process import open_on_page
from contacts.imports.files.records import Row
from contacts.imports.mending import Mended, mended_rows
from contacts.imports.rejections import Rejected
from contacts.imports.rows.rules import ContactRow
from contacts.phones import shown_phone
from contacts.phones.keys import phone_key
from contacts.phones.landlines import is_landline
from contacts.phones.parsing import is_foreign
from contacts.spelling.names import first_name

MOST_ROWS = 2_000
MOST_CHARS = 5_000_000
UNDERSTOOD_SHOWN = 20

# What the columns of a file hold, in the order in which a page names them.
MEANINGS = {
    "phone": gettext_lazy("phone"),
    "name": gettext_lazy("name"),
    "first_name": gettext_lazy("given name"),
    "middle_name": gettext_lazy("second name"),
    "last_name": gettext_lazy("surname"),
    "second_last_name": gettext_lazy("second surname"),
    "email": gettext_lazy("email"),
    "language": gettext_lazy("language"),
    "tags": gettext_lazy("tags"),
    "make": gettext_lazy("make"),
    "model": gettext_lazy("model"),
    "year": gettext_lazy("year"),
    "price": gettext_lazy("price"),
    "link": gettext_lazy("link"),
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first rows of a file under its columns, and whether there are more after them."""

    columns: Columns
    rows: list[Row]
    is_long: bool


class Meaning(NamedTuple):
    """The title of a column, and what it was understood as; "" if nobody knows it."""

    title: str
    field: str


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


@dataclass
class Preview:
    """Counts by outcome, the first rows as they were understood, and what will not be taken.

    `refused` can be mended, `skipped` are people who opted out. `remarked` are the rows that will
    be taken without some cell; `repeated` are pairs of the line of a row and the earlier line with
    the same phone. `landlines`, `foreign` and `mended` are lines.
    """

    counts: Counter[str] = field(default_factory=Counter)
    understood: list[Understood] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    skipped: list[Rejected] = field(default_factory=list)
    remarked: list[Rejected] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)
    landlines: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)
    mended: list[int] = field(default_factory=list)
    _people: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        return self.counts.total()

    @property
    def taken(self) -> int:
        """How many rows the import will take."""
        return self.rows - len(self.refused) - len(self.skipped)

    @property
    def people(self) -> int:
        """How many people these rows are."""
        return len(self._people)

    @property
    def shows(self) -> dict[str, bool]:
        """Which columns of the first rows have something in them."""
        return {
            name: any(getattr(row, name) for row in self.understood)
            for name in ("email", "vehicle", "tags")
        }

    @property
    def left_out(self) -> list[Rejected]:
        """All rows that will not be taken, in the order of the file."""
        return sorted([*self.refused, *self.skipped])

    def labelled_counts(self) -> list[tuple[str, int]]:
        return [(str(outcome.label), self.counts[outcome]) for outcome in Outcome]

    def add(self, row: Row, outcome: RowOutcome, region: str | None) -> None:
        """Add what becomes of one row."""
        self.counts[outcome.outcome] += 1
        if outcome.outcome == Outcome.FAILED:
            self.refused.append(Rejected(row.line, outcome.reason, row.cells))
        elif outcome.outcome == Outcome.SKIPPED:
            self.skipped.append(Rejected(row.line, outcome.reason, row.cells))
        elif outcome.row:
            self._add_taken(row, outcome, outcome.row, region)
        if outcome.first_line:
            self.repeated.append((row.line, outcome.first_line))

    def _add_taken(
        self, row: Row, outcome: RowOutcome, read: ContactRow, region: str | None
    ) -> None:
        self._people.add(phone_key(read.phone))
        if len(self.understood) < UNDERSTOOD_SHOWN:
            self.understood.append(_understood(outcome, read, region))
        if outcome.remarks:
            self.remarked.append(Rejected(row.line, outcome.remarks, row.cells))
        if is_landline(read.phone):
            self.landlines.append(row.line)
        if is_foreign(read.phone, region):
            self.foreign.append(row.line)


def read_beginning(file: BinaryIO) -> Beginning:
    """The first rows of a file. Raises TableError or ColumnsError, with a sentence."""
    with open_on_page(file) as table:
        columns = recognise_columns(table.header)
        rows, is_long = _first(table.rows)
    return Beginning(columns, rows, is_long)


def _first(rows: Iterable[Row]) -> tuple[list[Row], bool]:
    """As many rows as a page looks at, and whether there are more."""
    first: list[Row] = []
    chars = 0
    for row in rows:
        chars += sum(map(len, row.cells))
        if len(first) == MOST_ROWS or (first and chars > MOST_CHARS):
            return first, True
        first.append(row)
    return first, False


def preview(
    beginning: Beginning,
    *,
    region: str = "",
    keep_unknown: bool = False,
    mended: Mended | None = None,
) -> Preview:
    """What becomes of the rows, with the mended ones in place of those of the file."""
    engine = ContactImport(
        beginning.columns, region=region or None, keep_unknown=keep_unknown, dry_run=True
    )
    shown = Preview()
    for rows in chunks_of(mended_rows(beginning.rows, mended or {})):
        for row, outcome in zip(rows, engine.take(rows), strict=True):
            shown.add(row, outcome, region or None)
    refused = {row.line for row in shown.refused}
    shown.mended = sorted(set(mended or {}) - refused)
    return shown


def meanings(columns: Columns) -> list[Meaning]:
    """What each column that has a title was understood as, in the order of the file."""
    fields = {at: str(MEANINGS[name]) for name, at in columns.positions.items()}
    for name, places in columns.further.items():
        label = {"field": MEANINGS[name]}
        fields |= dict.fromkeys(places, _("another %(field)s") % label)
    titles = enumerate(map(tidy_title, columns.header))
    return [Meaning(title, fields.get(at, "")) for at, title in titles if title]


def _label_for_one(outcome: Outcome) -> str:
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
        outcome=_label_for_one(outcome.outcome),
        phone=shown_phone(row.phone, region),
        is_landline=is_landline(row.phone),
        name=name,
        greeting=first_name(name),
        email=row.given.get("email", ""),
        vehicle=f"{vehicle.make} {vehicle.model} {vehicle.year}" if vehicle else "",
        price=vehicle.price if vehicle else None,
        tags=", ".join(row.tags),
    )

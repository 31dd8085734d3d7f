"""`manage.py import_contacts FILE`: the import of the admin, from the command line."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TextIO, cast

import phonenumbers
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from contacts.actions import ContactAction
from contacts.imports.bulk import ContactImport, Outcome, RowOutcome, chunks_of
from contacts.imports.columns import ColumnsError, recognise_columns
from contacts.imports.files.process import open_table
from contacts.imports.files.records import Table, TableError
from contacts.imports.rejections import Rejected, RejectionWriter
from contacts.models import Contact, Vehicle
from waproject.accounts.actors import Actor
from waproject.audit.acting import announce
from waproject.audit.commands import ActingCommand
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.gc_tuning import collecting_rarely

SHOWN = 10


@dataclass
class _Summary:
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    remarked: int = 0
    repeated: list[tuple[int, int]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def add(self, outcome: RowOutcome) -> None:
        self.counts[outcome.outcome] += 1
        if outcome.first_line:
            self.repeated.append((outcome.line, outcome.first_line))
        if not outcome.was_taken:
            self.reasons[outcome.reason] += 1
        elif outcome.row and outcome.row.remarks:
            self.remarked += 1
            self.remarks.update(outcome.row.remarks)


class Command(ActingCommand):
    help = _("Import contacts and their vehicles from a CSV or XLSX file.")
    needs = (ContactAction.IMPORT.permission,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("CSV in any usual encoding, or XLSX"))
        parser.add_argument("--dry-run", action="store_true", help=_("tell what would happen"))
        parser.add_argument("--region", help=_("country of phones without a country code, as CL"))
        parser.add_argument("--errors", type=Path, help=_("write the rows not taken to this CSV"))
        parser.add_argument(
            "--remarks", type=Path, help=_("write the rows taken without some cell to this CSV")
        )
        parser.add_argument(
            "--custom-fields",
            action="store_true",
            help=_("keep unknown columns as the contacts' further fields"),
        )
        parser.add_argument("--no-progress", action="store_true", help=_("show no progress bar"))

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        region = _checked_region(options["region"])
        try:
            with (
                collecting_rarely(),
                options["file"].open("rb") as file,
                # Read to its end first, to show what is wrong with it before a row is written.
                open_table(file, counted=True) as table,
                _written_file(options["errors"]) as errors,
                _written_file(options["remarks"]) as remarks,
                self._progress(options["no_progress"]) as progress,
            ):
                if not options["dry_run"]:
                    announce(by, ContactAction.IMPORT, Contact, text=options["file"].name)
                summary = _import(table, (errors, remarks), progress, region, options)
        except (TableError, ColumnsError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self._print(summary, options)

    def _progress(self, hidden: bool) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=hidden,
        )

    def _print(self, summary: _Summary, options: dict[str, Any]) -> None:
        title = _("What would become of the rows") if options["dry_run"] else _("Import")
        totals = RichTable(title=title, title_justify="left", show_header=False, show_footer=True)
        totals.add_column(footer=_("rows of the file"))
        totals.add_column(justify="right", footer=str(summary.counts.total()))
        for outcome in Outcome:
            totals.add_row(str(outcome.label), str(summary.counts[outcome]))
        console = Console(file=cast(IO[str], self.stdout), highlight=False)
        console.print(totals)
        self._print_reasons(summary, options["errors"])
        self._print_remarks(summary, options["remarks"])
        self._print_repeated(summary.repeated)
        if summary.ignored:
            self.stdout.write(
                _("Columns left out (--custom-fields keeps them): %(columns)s.")
                % {"columns": ", ".join(summary.ignored)}
            )

    def _print_reasons(self, summary: _Summary, errors: Path | None) -> None:
        if not summary.reasons:
            return
        self.stdout.write(_("Rows not taken:"))
        for reason, count in summary.reasons.most_common():
            self.stdout.write(f"{count:>8}  {reason}")
        if errors:
            self.stdout.write(_("They are in %(file)s, with their lines.") % {"file": errors})
        else:
            self.stdout.write(_("--errors FILE writes them to a file, with their lines."))

    def _print_remarks(self, summary: _Summary, remarks: Path | None) -> None:
        if not summary.remarked:
            return
        self.stdout.write(
            ngettext(
                "%(count)d row was taken with remarks; these cells were left out:",
                "%(count)d rows were taken with remarks; these cells were left out:",
                summary.remarked,
            )
            % {"count": summary.remarked}
        )
        for remark, count in summary.remarks.most_common(SHOWN):
            self.stdout.write(f"{count:>8}  {remark}")
        if len(summary.remarks) > SHOWN:
            more = {"count": len(summary.remarks) - SHOWN}
            self.stdout.write("          " + _("and %(count)d more") % more)
        if remarks:
            self.stdout.write(_("They are in %(file)s, with their lines.") % {"file": remarks})
        else:
            self.stdout.write(_("--remarks FILE writes them to a file, with their lines."))

    def _print_repeated(self, repeated: list[tuple[int, int]]) -> None:
        if not repeated:
            return
        self.stdout.write(
            ngettext(
                "%(count)d row has the phone of an earlier one; its vehicle is kept:",
                "%(count)d rows have the phone of an earlier one; their vehicles are kept:",
                len(repeated),
            )
            % {"count": len(repeated)}
        )
        for line, first_line in repeated[:SHOWN]:
            lines = {"line": line, "first_line": first_line}
            self.stdout.write("    " + _("line %(line)d, first on line %(first_line)d") % lines)
        if len(repeated) > SHOWN:
            self.stdout.write("    " + _("and %(count)d more") % {"count": len(repeated) - SHOWN})


def _import(
    table: Table,
    files: tuple[TextIO | None, TextIO | None],
    progress: Progress,
    region: str | None,
    options: dict[str, Any],
) -> _Summary:
    """Import a table. `files` get the rows not taken, and the rows with remarks."""
    columns = recognise_columns(table.header)
    keep_unknown = options["custom_fields"]
    summary = _Summary(ignored=[] if keep_unknown else columns.unknown_names)
    engine = ContactImport(
        columns, region=region, keep_unknown=keep_unknown, dry_run=options["dry_run"]
    )
    errors, remarks = (one and RejectionWriter(one, table.header) for one in files)
    task = progress.add_task(_("Rows"), total=table.total)
    for rows in chunks_of(table.rows):
        for row, outcome in zip(rows, engine.take(rows), strict=True):
            summary.add(outcome)
            if errors and not outcome.was_taken:
                errors.write(Rejected(row.line, outcome.reason, row.cells))
            if remarks and outcome.remarks:
                remarks.write(Rejected(row.line, outcome.remarks, row.cells))
        progress.advance(task, len(rows))
    if not options["dry_run"]:
        refresh_statistics(Contact, Vehicle)
    return summary


def _checked_region(region: str | None) -> str | None:
    if region is None or region.upper() in phonenumbers.SUPPORTED_REGIONS:
        return region and region.upper()
    raise CommandError(
        _("“%(region)s” is not a country code of two letters, such as CL.") % {"region": region}
    )


@contextmanager
def _written_file(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield file

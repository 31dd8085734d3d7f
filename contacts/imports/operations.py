"""A stored file as a long job that may be killed at any moment and goes on where it was.

Each chunk is one transaction that writes the rows, adds to the counts and renews the worker's hold
of the job. A worker that has lost its hold, because it stood still for too long, writes no more.
"""

import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from contacts.actions import ContactAction
from contacts.imports import storing
from contacts.imports.bulk import ContactImport, RowOutcome, chunks_of
from contacts.imports.columns import ColumnsError, recognise_columns
from contacts.imports.files.process import open_table
from contacts.imports.files.records import Row, Table, TableError
from contacts.imports.mending import Mended, file_of, mended_in, mended_rows
from contacts.imports.rejections import Rejected, between_cells, write_rejections
from contacts.models import Contact, ImportJob, ImportRejection, ImportRemark, Vehicle
from contacts.operations import tag_named
from waproject.accounts.actors import Actor, permit, user_of
from waproject.audit.acting import acting
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.gc_tuning import collecting_rarely
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.kinds import CannotDo, long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run

REPEATED_LINES_KEPT = 500


def start_import(
    file: File,
    name: str,
    options: dict[str, Any],
    *,
    by: Actor,
    tag: str = "",
    mended: Mended | None = None,
) -> ImportJob:
    """Store a file called `name` and queue its import for the long cluster.

    `options` may hold `region` (country of phones without a country code) and `keep_unknown`
    (unknown columns go to the contacts' further fields). All people whom it takes get the tag, and
    the cells of `mended` stand for those of the file. Reasons will be told in the language that is
    active now.
    """
    permit(by, ContactAction.IMPORT.permission)
    started = ImportJob()
    started.file.save(uuid4().hex, file, save=False)
    if mended:
        started.mended_file.save(uuid4().hex, file_of(mended), save=False)
    try:
        with acting(by, ContactAction.IMPORT, text=name) as event:
            owner = user_of(by)
            started.job = jobs.start(read_file, title=name, by=owner, parameters=options)
            started.tag = tag_named(tag, by=by) if tag else None
            started.save(force_insert=True)
            event.about = started
            event.after = {"tag": started.tag.name} if started.tag else {}
    except Exception:
        for stored in started.stored_files():
            stored.delete(save=False)
        raise
    return started


def delete_files(imports: "QuerySet[ImportJob]") -> int:
    """Delete the files of these imports; return of how many. Their counts stay."""
    found = list(imports)
    for old in found:
        for file in old.stored_files():
            file.delete(save=False)
        # Last: a process that dies before it finds the names again.
        ImportJob.objects.filter(pk=old.pk).update(
            file="", mended_file="", rejected_file="", remarks_file=""
        )
    return len(found)


def _page(job: Job) -> str:
    return reverse("admin:contacts_importjob_change", args=[job.pk])


def _forget_rows(job: Job) -> None:
    """The rows not taken are in files now; of an import that did not end well they go with it."""
    ImportRejection.objects.filter(job=job.pk).delete()
    ImportRemark.objects.filter(job=job.pk).delete()


@long_work(
    "import",
    pgettext_lazy("job", "import"),
    permissions=lambda job: ["contacts.import_contact"],
    goes_on=True,
    page=_page,
    on_end=_forget_rows,
)
def read_file(run: Run) -> None:
    """Take the rows of the file that are left; at the end, write those not taken."""
    try:
        _Reading(run).to_the_end()
    except (TableError, ColumnsError) as error:
        raise CannotDo(str(error)) from error


class _Reading:
    """One attempt at an import."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.options = run.job.parameters
        self.imported = ImportJob.objects.get(pk=run.job.pk)
        self.row = ImportJob.objects.filter(pk=run.job.pk)

    def to_the_end(self) -> None:
        """Raises TableError and ColumnsError."""
        job = self.run.job
        # Reading all of it first shows what is wrong with the file before a row is written.
        counted = job.total is None
        with (
            self.imported.file.open("rb") as stored,
            open_table(cast(BinaryIO, stored), counted=counted, alive=self.run.stay) as table,
        ):
            if counted:
                self.run.keep(total=table.total)
            rows = mended_rows(table.rows, mended_in(self.imported))
            self._take(replace(table, rows=rows))
        refresh_statistics(Contact, Vehicle)
        self._write_files(table.header)

    def _take(self, table: Table) -> None:
        columns = recognise_columns(table.header)
        keep_unknown = bool(self.options.get("keep_unknown"))
        region = self.options.get("region") or None
        engine = ContactImport(columns, region=region, keep_unknown=keep_unknown)
        if not keep_unknown:
            self.imported.ignored_columns = columns.unknown_names
        for rows in chunks_of(islice(table.rows, self.run.job.done)):
            self.run.stay()
            engine.remember(rows)
        with collecting_rarely():
            for rows in chunks_of(table.rows):
                engine.take(rows, record=partial(self._record, rows))

    def _record(self, rows: list[Row], outcomes: list[RowOutcome], people: Collection[int]) -> None:
        """Count a chunk and note its people, in the transaction that writes it."""
        self.run.progress(self.run.job.done + len(rows))
        self._note(people)
        read = list(zip(rows, outcomes, strict=True))
        remarks = _remarks(self.imported, read)
        self._count(rows, outcomes, remarks)
        ImportRemark.objects.bulk_create(remarks)
        ImportRejection.objects.bulk_create(
            ImportRejection(job=self.imported, line=row.line, reason=one.reason, cells=row.cells)
            for row, one in read
            if not one.was_taken
        )

    def _note(self, people: Collection[int]) -> None:
        """Note whom the chunk took, and give them the tag; somebody may have deleted it by now."""
        storing.note_people(people, self.imported.pk)
        if tag_id := self.row.values_list("tag", flat=True).get():
            storing.tag_people(people, tag_id)

    def _count(
        self, rows: list[Row], outcomes: list[RowOutcome], remarks: Sequence[ImportRemark]
    ) -> None:
        counts = Counter(outcome.outcome.value for outcome in outcomes)
        repeated = [[row.line, row.first_line] for row in outcomes if row.first_line]
        room = REPEATED_LINES_KEPT - len(self.imported.repeated_lines)
        self.imported.repeated_lines += repeated[:room]
        self.row.update(
            repeated_count=F("repeated_count") + len(repeated),
            repeated_lines=self.imported.repeated_lines,
            ignored_columns=self.imported.ignored_columns,
            remarked_count=F("remarked_count") + len(remarks),
            **{f"{name}_count": F(f"{name}_count") + count for name, count in counts.items()},
        )

    def _write_files(self, header: list[str]) -> None:
        """Make files of the rows not taken and of those with remarks, in place of an attempt's."""
        imported = self.imported
        _write_file(imported.rejected_file, imported.rejections, header)
        _write_file(imported.remarks_file, imported.remarks, header)
        with transaction.atomic():
            self.run.keep()
            self.row.update(
                rejected_file=imported.rejected_file.name, remarks_file=imported.remarks_file.name
            )


def _remarks(imported: ImportJob, read: list[tuple[Row, RowOutcome]]) -> list[ImportRemark]:
    return [
        ImportRemark(job=imported, line=row.line, reason=outcome.remarks, cells=row.cells)
        for row, outcome in read
        if outcome.row and outcome.remarks
    ]


def _write_file(target: FieldFile, kept: Any, header: list[str]) -> None:
    """Write the kept rows with their reasons as a CSV, if there are any."""
    if target:
        target.delete(save=False)
    if not kept.exists():
        return
    lines = kept.order_by("line", "pk").values_list("line", "reason", "cells").iterator()
    with tempfile.TemporaryFile() as file:
        text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
        write_rejections(text, header, (Rejected(*line) for line in lines), between_cells())
        text.flush()
        target.save(f"{uuid4().hex}.csv", File(file), save=False)

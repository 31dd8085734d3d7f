"""A report as a file: for a spreadsheet program (CSV, Excel) or for other programs (JSON)."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.reports.catalogue import REPORTS, Report
from campaigns.reports.columns import Column
from campaigns.reports.pages.forms import ReportForm
from campaigns.reports.rendering import as_sheet, json_pieces, titles, workbook_row
from waproject.core.admin.auditing import CoreAction, record
from waproject.core.exports import work
from waproject.core.exports.files import write_xlsx
from waproject.core.exports.rows import CHUNK, Progress, Rows
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.admin import to_job
from waproject.core.jobs.kinds import CannotDo

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
LABELS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}
# A spreadsheet program takes a file for UTF-8 only if it begins with this mark.
BYTE_ORDER_MARK = "\ufeff"


def download(
    request: HttpRequest, report: Report, asked: dict[str, Any], form: str
) -> HttpResponse:
    """The file of a report; or the way to the page of the job that writes a long one."""
    name = f"{report.name}-{localdate():%Y-%m-%d}.{form}"
    limit = work.AT_ONCE + 1
    rows = report.rows(**{**asked, "limit": min(asked.get("limit") or limit, limit)})
    if len(rows) == limit:
        wish = Wish("report", report.name, query=request.GET.urlencode())
        with transaction.atomic():
            record(request.user, CoreAction.EXPORT_LATER, Campaign, text=name)
            job = start_export(wish, name, by=request.user)
        return to_job(job)
    record(request.user, CoreAction.DOWNLOAD, Campaign, text=name, rows=len(rows))
    file = io.BytesIO()
    _write(report.columns_for(request.user), rows, form, file)
    return HttpResponse(
        file.getvalue(),
        content_type=FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class ReportSource:
    """Reports as a source of exports in the background. `name` is the report's."""

    def permissions(self, wish: Wish) -> Sequence[str]:
        return REPORTS[wish.name].all_permissions

    def write(self, wish: Wish, form: str, user: Any, file: BinaryIO, progress: Progress) -> None:
        report = REPORTS[wish.name]
        question = ReportForm(report, QueryDict(wish.query))
        if not question.is_valid():
            raise CannotDo(_("What was asked of the report could not be read."))
        total, rows = report.all_rows(**question.asked())
        _write(report.columns_for(user), _counted(rows, total, progress), form, file)


def _counted(rows: Iterable[Any], total: int, progress: Progress) -> Iterator[Any]:
    """The rows, telling after each CHUNK of them, and at the end, how many there were."""
    done = 0
    for done, row in enumerate(rows, 1):
        yield row
        if done % CHUNK == 0:
            progress(done, total)
    progress(done, total)


def _write(columns: Sequence[Column], rows: Iterable[Any], form: str, file: BinaryIO) -> None:
    """Write a file, row by row."""
    if form == "xlsx":
        chunks = ([workbook_row(columns, row)] for row in rows)
        write_xlsx(file, Rows(titles(columns), 0, chunks))
        return
    for piece in _pieces(columns, rows, form):
        file.write(piece.encode())


def _pieces(columns: Sequence[Column], rows: Iterable[Any], form: str) -> Iterator[str]:
    """The text of a CSV or JSON file, row by row."""
    if form == "json":
        return json_pieces(columns, rows)
    return _marked(as_sheet(columns, rows))


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from lines

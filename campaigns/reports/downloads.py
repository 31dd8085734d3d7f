"""A report as a file, for a spreadsheet program (CSV) or for other programs (JSON)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.reports.catalogue import REPORTS, Report
from campaigns.reports.forms import ReportForm
from campaigns.reports.rendering import as_sheet, json_pieces
from waproject.core.admin.auditing import CoreAction, record
from waproject.core.exports import work
from waproject.core.exports.rows import CHUNK, Progress
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.admin import to_job
from waproject.core.jobs.kinds import CannotDo

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
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
        return to_job(start_export(wish, name, by=request.user))
    record(request.user, CoreAction.DOWNLOAD, Campaign, text=name, rows=len(rows))
    return HttpResponse(
        "".join(_pieces(report, rows, form)),
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
        for piece in _pieces(report, _counted(rows, total, progress), form):
            file.write(piece.encode())


def _counted(rows: Iterable[Any], total: int, progress: Progress) -> Iterator[Any]:
    """The rows, telling after each CHUNK of them, and at the end, how many there were."""
    done = 0
    for done, row in enumerate(rows, 1):
        yield row
        if done % CHUNK == 0:
            progress(done, total)
    progress(done, total)


def _pieces(report: Report, rows: Iterable[Any], form: str) -> Iterator[str]:
    """The text of a file, row by row."""
    if form == "json":
        return json_pieces(rows)
    return _marked(as_sheet(report.columns, rows))


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from lines

"""A report as a file, for a spreadsheet program (CSV) or for other programs (JSON)."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from campaigns.reports.catalogue import Report
from campaigns.reports.rendering import as_sheet, json_pieces

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
# A spreadsheet program takes a file for UTF-8 only if it begins with this mark.
BYTE_ORDER_MARK = "\ufeff"


def download(
    request: HttpRequest, report: Report, asked: dict[str, Any], form: str
) -> HttpResponse:
    """The file of a report, named after it and the day."""
    text = "".join(pieces(report, report.rows(**asked), form))
    name = file_name(report, form)
    return HttpResponse(
        text,
        content_type=FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def pieces(report: Report, rows: Iterable[Any], form: str) -> Iterator[str]:
    """The text of a file, row by row."""
    if form == "json":
        return json_pieces(rows)
    return _marked(as_sheet(report.columns, rows))


def file_name(report: Report, form: str) -> str:
    return f"{report.name}-{localdate():%Y-%m-%d}.{form}"


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from lines

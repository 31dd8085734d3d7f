"""The reports' pages in the admin. Each view asks for the permission itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from campaigns.reports.catalogue import REPORTS, Report
from campaigns.reports.charts import days_chart, stages
from campaigns.reports.columns import Column
from campaigns.reports.forms import ReportForm
from campaigns.reports.links import Links
from campaigns.reports.rendering import as_csv, as_json, as_words, is_number

PERMISSION = "campaigns.view_reports"
ROWS_SHOWN = 500
FILES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
# A spreadsheet program takes a file for UTF-8 only if it begins with this mark.
BYTE_ORDER_MARK = "\ufeff"


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that there are, each with what it tells."""
    context = {
        **admin.site.each_context(request),
        "title": gettext("Reports"),
        "reports": REPORTS.values(),
    }
    return render(request, "admin/reports/index.html", context)


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def report_page(request: HttpRequest, name: str) -> HttpResponse:
    """One report as a page, or with `?format=csv` or `json` as a file."""
    report = REPORTS.get(name)
    if report is None:
        raise Http404(f"no report {name}")
    form = ReportForm(report, request.GET)
    if not form.is_valid():
        return render(request, "admin/reports/report.html", _page(request, report, form))
    asked = form.asked()
    rows = report.rows(**asked)
    wanted = request.GET.get("format")
    if wanted in FILES:
        return _download(report, rows, wanted)
    # A campaign's number is for the command line; here its name is the link to it.
    columns = [column for column in report.columns if not column.detail and column.name != "id"]
    numeric = {column.name for column in columns if _is_numeric(column, rows)}
    links = Links(request, admin.site, report.name, asked)
    context = _page(request, report, form) | {
        "headings": [(column.label, column.name in numeric) for column in columns],
        "table": [_cells(row, columns, numeric, links) for row in rows[:ROWS_SHOWN]],
        "rows_left": max(0, len(rows) - ROWS_SHOWN),
        "stages": stages(report.name, rows),
        "days_chart": days_chart(rows) if report.name == "daily_activity" else None,
        "files": _files(request),
    }
    return render(request, "admin/reports/report.html", context)


def _page(request: HttpRequest, report: Report, form: ReportForm) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": report.title,
        "report": report,
        "form": form,
    }


@dataclass(frozen=True)
class Cell:
    """A value as a person reads it, and the rows behind it, if this person may see them."""

    text: str
    number: bool
    url: str | None


def _cells(
    row: Any, columns: Sequence[Column], numeric: Collection[str], links: Links
) -> list[Cell]:
    urls = links.of(row)
    return [
        Cell(
            as_words(getattr(row, column.name), column),
            column.name in numeric,
            urls.get(column.name),
        )
        for column in columns
    ]


def _is_numeric(column: Column, rows: Sequence[Any]) -> bool:
    return any(is_number(getattr(row, column.name)) for row in rows)


def _files(request: HttpRequest) -> list[tuple[str, str]]:
    """The downloads of what the page shows: a name and an address each."""
    query = request.GET.copy()
    addresses = []
    for form in FILES:
        query["format"] = form
        addresses.append((form.upper(), f"?{query.urlencode()}"))
    return addresses


def _download(report: Report, rows: Sequence[Any], wanted: str) -> HttpResponse:
    text = as_csv(report.columns, rows) if wanted == "csv" else as_json(rows)
    file = f"{report.name}-{localdate():%Y-%m-%d}.{wanted}"
    return HttpResponse(
        BYTE_ORDER_MARK + text if wanted == "csv" else text,
        content_type=FILES[wanted],
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )

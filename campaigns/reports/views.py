"""The reports' pages in the admin. Each view asks for the permission itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from campaigns.reports.catalogue import REPORTS, VIEW_REPORTS, Report
from campaigns.reports.charts import days_chart, stages
from campaigns.reports.columns import Column
from campaigns.reports.downloads import FORMATS, download
from campaigns.reports.forms import ReportForm
from campaigns.reports.links import Links
from campaigns.reports.rendering import as_words, is_number
from waproject.core.admin.permissions import require

ROWS_SHOWN = 500


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that this user may see, each with its description."""
    require(request.user, VIEW_REPORTS)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Reports"),
        "reports": [one for one in REPORTS.values() if one.may_be_seen_by(request.user)],
    }
    return render(request, "admin/reports/index.html", context)


@require_GET
def report_page(request: HttpRequest, name: str) -> HttpResponse:
    """One report as a page, or with `?format=csv` or `json` as a file."""
    require(request.user, VIEW_REPORTS)
    report = REPORTS.get(name)
    if report is None:
        raise Http404(f"no report {name}")
    require(request.user, *report.permissions)
    form = ReportForm(report, request.GET)
    if not form.is_valid():
        return render(request, "admin/reports/report.html", _page(request, report, form))
    wanted = request.GET.get("format")
    if wanted in FORMATS:
        require(request.user, *report.export_permissions)
        return download(request, report, form.asked(), wanted)
    context = _page(request, report, form) | _shown(request, report, form.asked())
    return render(request, "admin/reports/report.html", context)


def _shown(request: HttpRequest, report: Report, asked: dict[str, Any]) -> dict[str, Any]:
    """The table, the charts and the files of a report's page."""
    limit = min(asked.get("limit") or ROWS_SHOWN + 1, ROWS_SHOWN + 1)
    rows = report.rows(**{**asked, "limit": limit})
    # A campaign's number is for the command line; here its name is the link to it.
    columns = [column for column in report.columns if not column.detail and column.name != "id"]
    numeric = {column.name for column in columns if _is_numeric(column, rows)}
    links = Links(request, admin.site, report.name, asked)
    return {
        "headings": [(column.label, column.name in numeric) for column in columns],
        "table": [_cells(row, columns, numeric, links) for row in rows[:ROWS_SHOWN]],
        "rows_shown": ROWS_SHOWN if len(rows) > ROWS_SHOWN else None,
        "stages": stages(report.name, rows),
        "days_chart": days_chart(rows) if report.name == "daily_activity" else None,
        "files": _files(request) if report.may_be_exported_by(request.user) else [],
    }


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
    for form in FORMATS:
        query["format"] = form
        addresses.append((form.upper(), f"?{query.urlencode()}"))
    return addresses

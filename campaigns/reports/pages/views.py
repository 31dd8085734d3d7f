"""The reports' pages in the admin. Each view asks for the permission itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Choices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from campaigns.reports.campaign_results import CampaignResult
from campaigns.reports.catalogue import REPORTS, VIEW_ANALYTICS, Report, reports_for
from campaigns.reports.columns import Column
from campaigns.reports.pages.charts import days_chart, stages
from campaigns.reports.pages.compared import Compared, compared
from campaigns.reports.pages.downloads import FORMATS, LABELS, download
from campaigns.reports.pages.forms import ReportForm
from campaigns.reports.pages.groups import group_of_report, group_of_row
from campaigns.reports.pages.links import Links
from campaigns.reports.rendering import as_words, is_number
from contacts.phones.parsing import spaced_phone
from messaging.texts.languages import language_name
from waproject.core.admin.permissions import require
from waproject.core.text.moments import said

ROWS_SHOWN = 200
# A column of this ending is the share that another is, in percent; it stands below that one, as the
# state of what has a name stands below the name.
SHARE = "_rate"
NAME, STATE, PHONE, LANGUAGE = "name", "status", "phone", "language"
RESULTS = "campaign_results"
# Numbers of campaigns that stand on the page where there are any; the files have them always.
RARE = {"closed", "undelivered", "skipped", "sold", "sold_amount", "sold_times", "waiting"}
# A table of more columns says days without the time.
MANY_COLUMNS = 9


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that this user may see, each with its description."""
    found = _found_for(request.user)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Reports"),
        "reports": found,
    }
    return render(request, "admin/reports/index.html", context)


@require_GET
def report_page(request: HttpRequest, name: str) -> HttpResponse:
    """One report as a page, or with `?format=csv`, `xlsx` or `json` as a file."""
    report = REPORTS.get(name)
    if report is None:
        _found_for(request.user)
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


def _found_for(user: Any) -> list[Report]:
    """The reports of this user. Raises PermissionLacking when there are none."""
    found = reports_for(user)
    if not found:
        require(user, VIEW_ANALYTICS)
    return found


def _shown(request: HttpRequest, report: Report, asked: dict[str, Any]) -> dict[str, Any]:
    """The table, the charts and the files of a report's page."""
    wanted, asked = asked, report.days_on_a_page(asked)
    limit = min(asked.get("limit") or ROWS_SHOWN + 1, ROWS_SHOWN + 1)
    rows = report.rows(**{**asked, "limit": limit})
    # A campaign's number is for the command line; here its name is the link to it.
    own = report.columns_for(request.user)
    told = [column for column in own if not column.detail and column.name != "id"]
    below = {STATE} if any(column.name == NAME for column in told) else set()
    whole = [one for one in told if not (one.name in below or one.name.endswith(SHARE))]
    columns = [one for one in whole if one.name not in RARE or _is_told(one, rows)]
    numeric = {column.name for column in columns if _is_numeric(column, rows)}
    links = Links(request, admin.site, report.name, asked)
    return {
        "headings": [(column.label, column.name in numeric) for column in columns],
        "table": [
            (_cells(row, columns, numeric, links), group_of_row(report.name, row, asked))
            for row in rows[:ROWS_SHOWN]
        ],
        "people": group_of_report(report.name, rows[:ROWS_SHOWN]),
        "rows_shown": ROWS_SHOWN if len(rows) > ROWS_SHOWN else None,
        "days_since": _first_day(asked) if asked != wanted else None,
        "stages": stages(report.name, rows),
        "compared": _compared(rows[:ROWS_SHOWN], links) if report.name == RESULTS else [],
        "days_chart": days_chart(rows) if report.name == "daily_activity" else None,
        "files": _files(request) if report.may_be_exported_by(request.user) else [],
    }


def _first_day(asked: dict[str, Any]) -> date:
    return localdate(timezone=asked["zone"]) - timedelta(days=asked["days"])


def _is_told(column: Column, rows: Sequence[Any]) -> bool:
    """Whether some row has more than nothing, or nought, in a column."""
    return any(getattr(row, column.name) for row in rows)


def _compared(rows: Sequence[CampaignResult], links: Links) -> list[Compared]:
    return compared(rows, lambda row: links.of(row).get(NAME, ""))


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

    label: str
    text: str
    number: bool
    below: str
    moment: bool
    url: str | None


def _cells(
    row: Any, columns: Sequence[Column], numeric: Collection[str], links: Links
) -> list[Cell]:
    urls = links.of(row)
    return [
        Cell(
            str(column.label),
            _said(getattr(row, column.name), column, with_clock=len(columns) <= MANY_COLUMNS),
            column.name in numeric,
            _below(row, column),
            isinstance(getattr(row, column.name), date),
            urls.get(column.name),
        )
        for column in columns
    ]


def _below(row: Any, column: Column) -> str:
    """The state of what has a name; which share a number is, `96,7 %`; "" where there is none."""
    if column.name == NAME and isinstance(state := getattr(row, STATE, None), Choices):
        return capfirst(str(state.label))
    share = getattr(row, column.name + SHARE, None)
    return f"{as_words(share, column)}\u00a0%" if share is not None else ""


def _said(value: Any, column: Column, *, with_clock: bool) -> str:
    """As in a file, but moments, phones and languages as people write them, and states with a
    capital."""
    if isinstance(value, datetime):
        return said(value, with_clock=with_clock)
    if column.name == PHONE and isinstance(value, str) and value[1:].isdigit():
        return spaced_phone(value)
    if column.name == LANGUAGE:
        return language_name(value)
    text = as_words(value, column)
    return capfirst(text) if isinstance(value, Choices) else text


def _is_numeric(column: Column, rows: Sequence[Any]) -> bool:
    return column.numeric or any(is_number(getattr(row, column.name)) for row in rows)


def _files(request: HttpRequest) -> list[tuple[str, str]]:
    """The downloads of what the page shows: a name and an address each."""
    query = request.GET.copy()
    addresses = []
    for form in FORMATS:
        query["format"] = form
        addresses.append((LABELS[form], f"?{query.urlencode()}"))
    return addresses

"""Print a report, or write it to a file."""

import shutil
from argparse import ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.reports.catalogue import REPORTS, CannotReport, Report, find
from campaigns.reports.rendering import as_csv, as_json, as_table
from waproject.tenants.commands import TenantCommand


class Command(TenantCommand):
    help = _("Print a report, or write it to a file.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=", ".join(REPORTS))
        parser.add_argument(
            "--campaign", type=int, metavar="ID", dest="campaign_id", help=_("only this campaign")
        )
        parser.add_argument(
            "--days", type=int, help=_("how far to look back, from midnight; 0 is today")
        )
        parser.add_argument("--limit", type=int, help=_("at most so many rows"))
        parser.add_argument(
            "--zone", type=_zone, help=_("whose days to count, e.g. UTC; else the project's")
        )
        parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help=_("write here instead of printing")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {key: options[key] for key in ("campaign_id", "days", "limit", "zone")}
        try:
            report = find(options["name"])
            rows = report.rows(**asked)
        except CannotReport as error:
            raise CommandError(str(error)) from error
        output: Path | None = options["output"]
        terminal = output is None and self.stdout.isatty()
        text = _rendered(report, rows, options["format"], terminal=terminal)
        if output is None:
            self.stdout.write(text, ending="")
            return
        _write(output, text)
        written = ngettext(
            "%(rows)s row written to %(file)s.", "%(rows)s rows written to %(file)s.", len(rows)
        )
        self.stderr.write(written % {"rows": len(rows), "file": output})


def _rendered(report: Report, rows: Sequence[Any], form: str, *, terminal: bool) -> str:
    if form == "json":
        return as_json(rows)
    if form == "csv":
        return as_csv(report.columns, rows)
    width = shutil.get_terminal_size().columns if terminal else 0
    return as_table(str(report.title), report.columns, rows, width=width, colour=terminal)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ArgumentTypeError(
            _("%(name)s is no time zone; write one such as America/Santiago.") % {"name": name}
        ) from error


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(
            _("Cannot write %(file)s: %(why)s. Name a file in a folder that you may write to.")
            % {"file": file, "why": error.strerror}
        ) from error

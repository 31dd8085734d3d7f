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

from campaigns.models import Campaign
from campaigns.reports.catalogue import REPORTS, CannotReport, Report, find
from campaigns.reports.columns import Column
from campaigns.reports.rendering import as_csv, as_json, as_table
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import record_act
from waproject.audit.commands import ActingCommand
from waproject.core.admin.auditing import CoreAction


class Command(ActingCommand):
    help = _("Print a report, or write it to a file. Each time is an event of the log.")

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

    def needed(self, options: dict[str, Any]) -> Sequence[str]:
        """What is printed can be taken along, so it is as a file of the report's page."""
        return _found(options["name"]).all_permissions

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        asked = {key: options[key] for key in ("campaign_id", "days", "limit", "zone")}
        report = _found(options["name"])
        try:
            rows = report.rows(**asked)
        except CannotReport as error:
            raise CommandError(str(error)) from error
        output: Path | None = options["output"]
        terminal = output is None and self.stdout.isatty()
        columns = report.columns_for(user_of(by))
        text = _rendered(report, columns, rows, options["format"], terminal=terminal)
        what, details = f"{report.name}.{options['format']}", {"rows": len(rows)}
        record_act(by, CoreAction.DOWNLOAD.value, Campaign, text=what, after=details)
        if output is None:
            self.stdout.write(text, ending="")
            return
        _write(output, text)
        written = ngettext(
            "%(rows)s row written to %(file)s.", "%(rows)s rows written to %(file)s.", len(rows)
        )
        self.stderr.write(written % {"rows": len(rows), "file": output})


def _found(name: str) -> Report:
    try:
        return find(name)
    except CannotReport as error:
        raise CommandError(str(error)) from error


def _rendered(
    report: Report, columns: Sequence[Column], rows: Sequence[Any], form: str, *, terminal: bool
) -> str:
    if form == "json":
        return as_json(columns, rows)
    if form == "csv":
        return as_csv(columns, rows)
    width = shutil.get_terminal_size().columns if terminal else 0
    return as_table(str(report.title), columns, rows, width=width, colour=terminal)


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

"""`manage.py bench_retention`: how fast a retention run empties messages, and in what memory.

Each measurement has a process and a new database of its own. Half of the messages are of a campaign
and are emptied with their recipients. The memory of two sizes says whether it grows with the rows.
"""

import os
from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from waproject.lab.bench.databases import POSTGRES, kinds_of_database
from waproject.lab.bench.measuring import Bench
from waproject.lab.forgetting import Measurement, make_old_messages, measure_run


class Command(BaseCommand):
    help = _("Measure on SQLite and PostgreSQL how fast a retention run empties messages.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--messages",
            type=int,
            nargs="+",
            default=[20_000, 100_000],
            help=_("how many, for each measurement"),
        )
        parser.add_argument(
            "--postgres",
            default=os.environ.get("DATABASE_URL_POSTGRES", POSTGRES),
            help=_("a server where databases may be made; also DATABASE_URL_POSTGRES"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        table = Table(title=_("A retention run"), title_justify="left")
        for title in (
            "",
            _("messages"),
            _("seconds"),
            _("messages per second"),
            _("peak memory, MB"),
        ):
            table.add_column(title, justify="right" if title else "left")
        for name, new_database in kinds_of_database(options["postgres"], self.stdout.write):
            bench = Bench(new_database, 1)
            for count in options["messages"]:
                with bench.new_database() as url:
                    bench.apart(make_old_messages, url, count=count)
                    seen = Measurement(*bench.apart(measure_run, url))
                table.add_row(
                    name,
                    f"{seen.rows:,}",
                    f"{seen.seconds:.1f}",
                    f"{seen.rows / seen.seconds:,.0f}",
                    f"{seen.peak / 2**20:.0f}",
                )
        Console(file=cast(IO[str], self.stdout)).print(table)

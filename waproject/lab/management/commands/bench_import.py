"""`manage.py bench_import`: the speed and memory of an import, against a stock ModelResource.

Each measurement runs in a process and a new database of its own, so that neither the memory nor
the tables of one weigh on another. Rounds alternate and the best of each way counts: what slows a
machine for a moment must not decide.
"""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from waproject.lab.bench.databases import POSTGRES, kinds_of_database
from waproject.lab.bench.imports import Measurement, make_file, measure_ours, measure_stock
from waproject.lab.bench.measuring import Bench

WANTED_RATIO = 15
WANTED_PEAK = 300 * 2**20
_WAYS = {"stock": measure_stock, "ours": measure_ours}


class Command(BaseCommand):
    help = _("Measure the import on SQLite and PostgreSQL against a stock ModelResource.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=100_000, help=_("rows of our import"))
        parser.add_argument(
            "--stock-rows", type=int, default=3_000, help=_("rows of the stock one")
        )
        parser.add_argument("--rounds", type=int, default=3, help=_("how often each is measured"))
        parser.add_argument(
            "--postgres",
            default=os.environ.get("DATABASE_URL_POSTGRES", POSTGRES),
            help=_("a server where databases may be made; also DATABASE_URL_POSTGRES"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "contacts.csv")
            make_file(file, options["rows"])
            kinds = kinds_of_database(options["postgres"], self.stdout.write)
            for name, new_database in kinds:
                self._compare(name, file, options, Bench(new_database, options["rounds"]))

    def _compare(self, name: str, file: Path, options: dict[str, Any], bench: Bench) -> None:
        results: dict[str, Measurement] = {}
        for _round in range(bench.rounds):
            for way, rows in (("stock", options["stock_rows"]), ("ours", options["rows"])):
                with bench.new_database() as url:
                    seen = bench.apart(measure, url, way=way, file=str(file), rows=rows)
                measured = Measurement(*seen)
                results[way] = max(measured, results.get(way, measured), key=lambda one: one.rate)
        table = Table(title=name, title_justify="left")
        for title in ("", _("rows"), _("seconds"), _("rows per second"), _("peak memory, MB")):
            table.add_column(title, justify="right" if title else "left")
        for way, result in results.items():
            table.add_row(
                _("row by row") if way == "stock" else "import_contacts",
                f"{result.rows:,}",
                f"{result.seconds:.1f}",
                f"{result.rate:,.0f}",
                f"{result.peak / 2**20:.0f}",
            )
        Console(file=cast(IO[str], self.stdout)).print(table)
        ratio = results["ours"].rate / results["stock"].rate
        holds = ratio >= WANTED_RATIO and results["ours"].peak < WANTED_PEAK
        verdict = _("%(ratio).1f times as fast (wanted: %(wanted)d)") % {
            "ratio": ratio,
            "wanted": WANTED_RATIO,
        }
        self.stdout.write((self.style.SUCCESS if holds else self.style.ERROR)(verdict))


def measure(way: str, file: str, rows: int) -> Measurement:
    """One way of importing so many rows of a file, in this process."""
    return _WAYS[way](Path(file), rows)

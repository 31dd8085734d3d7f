"""`manage.py bench_import`: the speed and memory of an import, against a stock ModelResource.

Each measurement runs in a process and a new database of its own, so that neither the memory nor
the tables of one weigh on another. Rounds alternate and the best of each way counts: what slows a
machine for a moment must not decide.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from psycopg import sql
from rich.console import Console
from rich.table import Table

from contacts.imports.benchmark import Measurement, make_file, measure_ours, measure_stock

POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
WANTED_RATIO = 15
WANTED_PEAK = 300 * 2**20
_WAYS: dict[str, Callable[[Path, int], Measurement]] = {
    "stock": measure_stock,
    "ours": measure_ours,
}


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
        parser.add_argument("--measure", nargs=2, metavar=("WAY", "FILE"), help=_("for itself"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["measure"]:
            way, file = options["measure"]
            measured = _WAYS[way](Path(file), options["rows"])
            self.stdout.write(json.dumps(measured))
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "contacts.csv")
            make_file(file, options["rows"])
            self._compare("SQLite", file, options, lambda: _sqlite(Path(folder)))
            try:
                psycopg.connect(options["postgres"], connect_timeout=3).close()
            except psycopg.OperationalError:
                where = urlsplit(options["postgres"]).hostname
                self.stdout.write(_("PostgreSQL: no server answers at %(host)s.") % {"host": where})
            else:
                self._compare("PostgreSQL", file, options, lambda: _postgres(options["postgres"]))

    def _compare(
        self,
        name: str,
        file: Path,
        options: dict[str, Any],
        database: Callable[[], Any],
    ) -> None:
        results: dict[str, Measurement] = {}
        for _round in range(options["rounds"]):
            for way, rows in (("stock", options["stock_rows"]), ("ours", options["rows"])):
                with database() as url:
                    measured = _measure(url, way, file, rows)
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


def _measure(url: str, way: str, file: Path, rows: int) -> Measurement:
    """Measure in a process of its own, on the new database at `url`."""
    environment = {**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    measure = ["bench_import", "--measure", way, str(file), "--rows", str(rows)]
    try:
        for arguments in (["migrate", "--verbosity", "0"], measure):
            done = subprocess.run(  # noqa: S603  our own command and arguments
                [*command, *arguments], env=environment, check=True, capture_output=True, text=True
            )
    except subprocess.CalledProcessError as error:
        raise CommandError(error.stderr) from error
    return Measurement(*json.loads(done.stdout))


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        yield f"sqlite:///{own}/db.sqlite3"


@contextmanager
def _postgres(server: str) -> Iterator[str]:
    name = f"bench_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )

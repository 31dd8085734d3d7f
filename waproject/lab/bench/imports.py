"""Two ways to import the same rows, each timed: ours, and import-export's row by row."""

import io
import resource
import runpy
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import tablib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from import_export import resources

from contacts.imports.columns import recognise_columns
from contacts.imports.files.reading import read_table
from contacts.imports.rows.rules import ContactRow, RowRules
from contacts.imports.rows.values import RowError
from contacts.models import Contact, Vehicle

SEED = 7


class Measurement(NamedTuple):
    """`seconds` by the clock; `peak` is the most memory the process ever held, in bytes."""

    rows: int
    seconds: float
    peak: int

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def make_file(path: Path, rows: int) -> None:
    """Write a list of the sample's shape, warts and all, `rows` long."""
    samples = runpy.run_path(str(settings.BASE_DIR / "samples" / "make_contactos.py"))
    samples["write"](samples["make_rows"](rows, SEED), path)


def measure_ours(path: Path, rows: int) -> Measurement:
    """`manage.py import_contacts`, from opening the file to the last count."""
    return _timed(
        rows,
        lambda: call_command("import_contacts", path, no_progress=True, stdout=io.StringIO()),
    )


def measure_stock(path: Path, rows: int) -> Measurement:
    """A stock ModelResource over the first `rows` rows, which are read before the clock runs."""
    with path.open("rb") as file:
        table = read_table(file)
        cells = [row.cells for row in islice(table.rows, rows)]
    headers = list(table.header)
    for field, position in recognise_columns(headers).positions.items():
        headers[position] = field
    dataset = tablib.Dataset(*cells, headers=headers)
    return _timed(rows, lambda: StockContacts().import_data(dataset, dry_run=False))


def _timed(rows: int, work: Callable[[], object]) -> Measurement:
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measurement(rows, seconds, peak if sys.platform == "darwin" else peak * 1024)


class StockContacts(resources.ModelResource):
    """What import-export's documentation leads to: a row, an instance, a save, its vehicle.

    It checks rows by the same rules, and has less to do: no tags, no report of repeated phones, no
    heed of opt-outs.
    """

    class Meta:
        model = Contact
        import_id_fields = ["phone"]
        fields = ["phone", "name", "email"]

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        self._rules = RowRules(recognise_columns(dataset.headers))

    def before_import_row(self, row: dict[str, str], **kwargs: Any) -> None:
        try:
            self._row: ContactRow = self._rules.read(list(row.values()))
        except RowError as error:
            raise ValidationError(str(error)) from error
        row |= {"name": "", "email": "", **self._row.given, "phone": self._row.phone}

    def after_save_instance(self, instance: Contact, row: dict[str, str], **kwargs: Any) -> None:
        if vehicle := self._row.vehicle:
            Vehicle.objects.get_or_create(
                contact=instance,
                make=vehicle.make,
                model=vehicle.model,
                year=vehicle.year,
                link=vehicle.link,
                defaults={"price": vehicle.price},
            )

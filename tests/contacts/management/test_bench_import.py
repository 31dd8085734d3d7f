import io
import json

from django.core.management import call_command

from contacts.imports.benchmark import make_file, measure_stock
from contacts.models import Contact

ROWS = 60


def owners() -> set[tuple]:
    fields = ("phone", "vehicles__make", "vehicles__model", "vehicles__price")
    return set(Contact.objects.values_list(*fields))


def test_both_ways_bring_in_the_same_people_and_vehicles(db, tmp_path):
    path = tmp_path / "contacts.csv"
    make_file(path, ROWS)
    measure_stock(path, ROWS)
    by_stock = owners()
    Contact.objects.all().delete()

    out = io.StringIO()
    call_command("bench_import", "--measure", "ours", str(path), "--rows", str(ROWS), stdout=out)

    rows, seconds, peak = json.loads(out.getvalue())
    assert owners() == by_stock
    assert (len(by_stock), rows) == (57, ROWS)
    assert seconds > 0
    assert peak > 10 * 2**20

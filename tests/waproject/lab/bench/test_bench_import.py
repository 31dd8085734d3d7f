from contacts.models import Contact
from waproject.lab.bench.imports import make_file, measure_stock
from waproject.lab.management.commands.bench_import import measure

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

    rows, seconds, peak = measure("ours", str(path), ROWS)

    assert owners() == by_stock
    assert (len(by_stock), rows) == (58, ROWS)
    assert seconds > 0
    assert peak > 10 * 2**20

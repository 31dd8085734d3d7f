import csv
import io
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.imports import bulk
from contacts.imports.bulk import ContactImport, Outcome, chunks_of
from contacts.imports.columns import recognise_columns
from contacts.imports.files.reading import Row, read_table
from contacts.imports.storing import insert_contacts
from contacts.models import Contact, Tag, Vehicle
from contacts.states import ContactStatus
from tests.contacts.pairs import unmerged
from tests.factories.people import add_address

JUAN = "+56975400946"
CAR = "fono,marca,modelo,año,precio,link\n"


def outcomes(result) -> list[str]:
    return [row.outcome.value for row in result]


def people() -> list[tuple]:
    return list(Contact.objects.order_by("phone").values_list("phone", "name", "email"))


def vehicles() -> list[tuple]:
    rows = Vehicle.objects.order_by("pk")
    return list(rows.values_list("contact__phone", "make", "model", "year", "price", "link"))


def test_new_row_makes_contact_vehicle_and_tags(take):
    result = take(
        "fono,nombre,email,idioma,etiquetas,marca,modelo,año,precio,link\n"
        "9 7540 0946,Juan Pérez,juan@example.com,es,VIP;taxi,TOYOTA,Corolla,2015,8.500.000,\n"
    )

    contact = Contact.objects.get()
    assert outcomes(result) == ["created"]
    assert people() == [(JUAN, "Juan Pérez", "juan@example.com")]
    assert (contact.language, contact.status, contact.custom_fields) == ("es", "active", {})
    assert vehicles() == [(JUAN, "Toyota", "Corolla", 2015, Decimal(8_500_000), "")]
    assert [tag.name for tag in contact.tags.all()] == ["VIP", "taxi"]


@pytest.mark.parametrize(("cell", "name"), [("", "Juan Pérez"), ("Juan P.", "Juan P.")])
def test_name_is_changed_by_a_name_alone(take, contact, cell, name):
    result = take(f"fono,nombre\n975400946,{cell}\n")

    contact.refresh_from_db()
    assert contact.name == name
    assert outcomes(result) == ["unchanged" if name == "Juan Pérez" else "updated"]


def test_shouted_name_is_stored_as_names_are_written_and_one_of_staff_stays(take, contact):
    Contact.objects.update(name="IKEA")

    result = take("fono,nombre\n975400946,IKEA\n990080338,CLAUDIA ROJAS\n")

    assert outcomes(result) == ["unchanged", "created"]
    assert [name for _phone, name, _email in people()] == ["IKEA", "Claudia Rojas"]


@pytest.mark.parametrize("status", [ContactStatus.ACTIVE, ContactStatus.INVALID])
def test_status_is_never_touched(take, contact, status):
    Contact.objects.update(status=status)

    take("fono,nombre,estado,status\n975400946,Otro,active,active\n", keep_unknown=True)

    contact.refresh_from_db()
    assert (contact.name, contact.status) == ("Otro", status)


def test_opted_out_person_is_left_alone(take, contact):
    Contact.objects.update(status=ContactStatus.OPTED_OUT)

    [row] = take("fono,nombre,etiquetas,marca,modelo,año\n975400946,Otro,VIP,Kia,Rio,2020\n")

    assert (row.outcome, row.reason) == (Outcome.SKIPPED, "This person has opted out.")
    assert people() == [(JUAN, "Juan Pérez", "")]
    assert (Vehicle.objects.count(), Tag.objects.count()) == (0, 0)


def test_updated_at_moves_for_changed_people_alone(take):
    before = datetime(2026, 1, 1, tzinfo=UTC)
    for phone in ("+56975400946", "+56990080338"):
        Contact.objects.create(phone=phone, name="Ana")
    Contact.objects.update(updated_at=before)

    take("fono,nombre\n975400946,Ana\n990080338,Eva\n")

    unmoved = Contact.objects.filter(updated_at=before)
    assert [contact.name for contact in unmoved] == ["Ana"]


def test_vehicle_is_matched_whatever_its_spelling(take):
    take(CAR + "975400946,Toyota,Corolla,2015,8500000,\n")

    result = take(CAR + "975400946,TOYOTA,COROLLA,2015,,\n975400946,toyota,corolla,2016,,\n")

    assert outcomes(result) == ["unchanged", "updated"]
    assert [vehicle[3] for vehicle in vehicles()] == [2015, 2016]


def test_model_has_one_spelling_whoever_owns_it(take, contact):
    Vehicle.objects.create(contact=contact, make="Toyota", model="Hilux", year=2015)

    take(
        "fono,nombre,marca,modelo,año\n975400001,Ana,TOYOTA,HILUX,2016\n"
        "975400002,Eva,toyota,rav4,2016\n975400003,Luz,toyota,RAV4\u200b,2016\n"
    )

    assert set(Vehicle.objects.values_list("model", flat=True)) == {"Hilux", "rav4"}


@pytest.mark.parametrize(
    ("price", "outcome", "kept"),
    [("7.900.000", "updated", 7_900_000), ("8500000,00", "unchanged", 8_500_000)],
)
def test_price_follows_the_file(take, price, outcome, kept):
    take(CAR + "975400946,Toyota,Corolla,2015,8500000,\n")

    result = take(CAR + f'975400946,Toyota,Corolla,2015,"{price}",\n')

    assert outcomes(result) == [outcome]
    assert [vehicle[4] for vehicle in vehicles()] == [Decimal(kept)]


LACKS = "The vehicle was left out, it lacks: "


def test_row_with_half_a_vehicle_makes_the_person_and_remarks_on_it(take, contact):
    new, there, refused = take(
        "fono,nombre,marca,modelo,año\n"
        "990080338,Ana,Toyota,,2015\n975400946,Juan Pérez,Kia,Rio,15\n12,Eva,Kia,,\n"
    )

    assert (new.outcome, new.remarks) == (Outcome.CREATED, f"{LACKS}model.")
    assert there.outcome == Outcome.UNCHANGED
    assert there.remarks == f"“año”: The year must have four digits, such as 2015. {LACKS}year."
    assert (refused.outcome, refused.remarks) == (Outcome.FAILED, "")
    assert people() == [(JUAN, "Juan Pérez", ""), ("+56990080338", "Ana", "")]
    assert vehicles() == []


def test_opted_out_person_gets_no_remark(take, contact):
    Contact.objects.update(status=ContactStatus.OPTED_OUT)

    [row] = take("fono,email\n975400946,x\n")

    assert (row.outcome, row.remarks) == (Outcome.SKIPPED, "")


def test_unknown_columns_are_added_to_those_there(take, contact):
    Contact.objects.update(custom_fields={"Color": "azul", "Hijos": 2})

    first = take("fono,Color,Talla\n975400946,rojo,L\n", keep_unknown=True)
    again = take("fono,Color,Talla\n975400946,rojo,L\n", keep_unknown=True)

    contact.refresh_from_db()
    assert contact.custom_fields == {"Color": "rojo", "Hijos": 2, "Talla": "L"}
    assert outcomes(first + again) == ["updated", "unchanged"]


def test_tags_are_added_and_never_removed(take, contact):
    contact.tags.create(name="vip")

    result = take("fono,etiquetas\n975400946,VIP\n990080338,Vip; flota\n")

    assert outcomes(result) == ["unchanged", "created"]
    assert list(Tag.objects.values_list("name", flat=True)) == ["flota", "vip"]
    assert contact.tags.count() == 1


REPEATED = (
    "fono,nombre,email,etiquetas,marca,modelo,año,precio,link",
    "975400946,Juan,,VIP,Toyota,Corolla,2015,8500000,",
    "990080338,Ana,,,,,,,",
    "+56 9 7540 0946,Pedro,j@example.com,,Toyota,Corolla,2015,7900000,",
    "975400946,Diego,k@example.com,vip,Kia,Rio,2020,,",
    "975400946,,,,Kia,RIO,2020,5000000,",
    "975400946,,,,Kia,Rio,2020,6000000,",
)


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 2_000])
@pytest.mark.parametrize("dry_run", [False, True])
def test_repeated_phone_is_told_and_adds_only_what_is_new(take, monkeypatch, chunk_rows, dry_run):
    monkeypatch.setattr(bulk, "CHUNK_ROWS", chunk_rows)

    result = take(REPEATED, dry_run=dry_run)

    assert [(row.line, row.outcome.value, row.first_line) for row in result] == [
        (2, "created", 0),
        (3, "created", 0),
        (4, "updated", 2),
        (5, "updated", 2),
        (6, "updated", 2),
        (7, "unchanged", 2),
    ]


@pytest.mark.parametrize("chunk_rows", [1, 2, 2_000])
def test_first_row_that_says_a_thing_has_the_word(take, monkeypatch, chunk_rows):
    monkeypatch.setattr(bulk, "CHUNK_ROWS", chunk_rows)

    first, again = take(REPEATED), take(REPEATED)

    assert people() == [(JUAN, "Juan", "j@example.com"), ("+56990080338", "Ana", "")]
    assert vehicles() == [
        (JUAN, "Toyota", "Corolla", 2015, Decimal(8_500_000), ""),
        (JUAN, "Kia", "Rio", 2020, Decimal(5_000_000), ""),
    ]
    assert len(first) == len(again)
    assert set(outcomes(again)) == {"unchanged"}


def test_remembered_rows_have_spoken_first(take):
    take(REPEATED[:4])
    table = read_table(io.BytesIO("\n".join(REPEATED).encode()))
    engine = ContactImport(recognise_columns(table.header), region="CL")
    rows = list(table.rows)

    engine.remember(rows[:3])
    result = engine.take(rows[3:])

    assert [(row.outcome.value, row.first_line) for row in result] == [
        ("updated", 2),
        ("updated", 2),
        ("unchanged", 2),
    ]
    assert people()[0] == (JUAN, "Juan", "j@example.com")


def test_dry_run_writes_nothing(take, django_assert_num_queries):
    # The models of two makes; the people by key, without one and by a second phone; whether
    # anybody was erased; a savepoint.
    with django_assert_num_queries(8):
        take(REPEATED, dry_run=True)

    assert (people(), vehicles(), Tag.objects.count()) == ([], [], 0)


def test_chunk_takes_as_many_queries_for_many_rows_as_for_few(take):
    header = "fono,nombre,marca,modelo,año\n"
    row = "9{:08d},Ana,Kia,Rio,2020\n"

    with CaptureQueriesContext(connection) as few:
        take(header + "".join(row.format(75400000 + number) for number in range(300)))
    with CaptureQueriesContext(connection) as many:
        take(header + "".join(row.format(75400000 + number) for number in range(300, 2_000)))

    assert len(few) == len(many) <= 12


def test_person_who_came_in_meanwhile_is_kept(db, contact):
    other = "+56990080338"

    ids = insert_contacts(
        [(JUAN, JUAN, "", "j@example.com", "", {}), (other, other, "A", "", "", {})]
    )

    assert ids == {JUAN: contact.pk, other: ids[other]}
    assert people() == [(JUAN, "Juan Pérez", "j@example.com"), ("+56990080338", "A", "")]


def test_row_in_another_spelling_is_of_the_same_person(take):
    take("fono,nombre\n+55 11 98765-4329,Ana\n+54 11 2345-6729,Eva\n")

    result = take(
        "fono,nombre,email\n+55 11 8765-4329,Ana,a@example.com\n+54 9 11 2345-6729,Eva,\n"
    )

    assert outcomes(result) == ["updated", "unchanged"]
    assert people() == [("+541123456729", "Eva", ""), ("+5511987654329", "Ana", "a@example.com")]


def test_rows_in_two_spellings_are_one_new_person(take):
    result = take("fono,nombre\n+52 1 55 1234 5629,Ana\n+52 55 1234 5629,Eva\n")

    assert [(row.outcome.value, row.first_line) for row in result] == [
        ("created", 0),
        ("unchanged", 2),
    ]
    assert people() == [("+525512345629", "Ana", "")]


def test_row_of_a_person_without_a_key_is_taken(take):
    unmerged("+5491123456729", name="Eva", status="active")

    take("fono,nombre\n+54 9 11 2345-6729,Eva María\n")

    assert people() == [("+5491123456729", "Eva María", "")]


PHONES = st.sampled_from(["975400946", "+56 9 7540 0946", "990080338", "123", ""])
ROWS = st.tuples(
    PHONES,
    st.sampled_from(["", "Ana", "Eva"]),
    st.sampled_from(["", "VIP", "vip;taxi"]),
    st.sampled_from(["", "Kia", "KIA"]),
    st.sampled_from(["Rio", "rio", "Morning"]),
    st.sampled_from(["2015", "2016", "x"]),
    st.sampled_from(["", "5.000", "6000"]),
    st.sampled_from(["", "rojo", "azul"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(ROWS, max_size=8), min_size=1, max_size=2), size=st.integers(1, 4))
def test_dry_run_foretells_and_a_second_run_changes_nothing(take, monkeypatch, files, size):
    monkeypatch.setattr(bulk, "CHUNK_ROWS", size)
    Contact.objects.all().delete()
    Tag.objects.all().delete()
    for rows in files:
        text = as_csv([("fono", "nombre", "tags", "marca", "modelo", "año", "precio", "C"), *rows])

        foretold = take(text, keep_unknown=True, dry_run=True)
        done = take(text, keep_unknown=True)
        again = take(text, keep_unknown=True)

        assert foretold == done
        assert len(done) == len(rows)
        assert set(outcomes(again)) <= {"unchanged", "failed"}
        assert [row.reason for row in again] == [row.reason for row in done]


def as_csv(rows) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def test_sample_has_its_warts_and_a_second_run_changes_nothing(db, settings):
    def run() -> Counter[str]:
        with (settings.BASE_DIR / "samples" / "contactos.csv").open("rb") as file:
            table = read_table(file)
            engine = ContactImport(recognise_columns(table.header), region="CL")
            chunks = chunks_of(table.rows)
            return Counter(row.outcome.value for rows in chunks for row in engine.take(rows))

    first, again = run(), run()

    assert first == {"created": 473, "updated": 12, "unchanged": 3, "failed": 12}
    assert again == {"unchanged": 488, "failed": 12}
    assert Contact.objects.filter(vehicles__make="Toyota", vehicles__year__gte=2015).count() >= 120


def test_chunks_of_reads_only_what_is_asked_for():
    read = []

    def count_up():
        for number in range(3 * bulk.CHUNK_ROWS):
            read.append(Row(number, []))
            yield read[-1]

    chunk = next(chunks_of(count_up()))

    assert chunk == read
    assert len(read) == bulk.CHUNK_ROWS


def test_chunks_of_long_rows_are_shorter(monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK_CHARS", 9)
    rows = [Row(line, ["x" * 5]) for line in range(1, 6)]

    assert [len(chunk) for chunk in bulk.chunks_of(rows)] == [2, 2, 1]


def test_row_of_a_second_phone_is_of_its_person(take, contact):
    add_address(contact, "+56990080338", channel="phone")
    rows = "fono,nombre,marca,modelo,año\n990080338,,Kia,Rio,2020\n975400946,,Kia,Soul,2021\n"

    take(rows)

    assert (Contact.objects.get(), contact.vehicles.count()) == (contact, 2)

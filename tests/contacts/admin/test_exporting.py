import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from contacts.exports import ContactExport
from contacts.imports.columns import recognise_columns
from contacts.models import Contact, Vehicle

URL = reverse("admin:contacts_contact_export")
CSV, XLSX = "0", "1"
EVERY_COLUMN = {"resource": "0"} | {
    f"contactexport_{name}": "on" for name in ContactExport._meta.fields
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(contact, vip) -> Contact:
    contact.tags.add(vip)
    for year in (2015, 2020):
        Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=year, price=8_500_000)
    return contact


def exported(client, query: str = "") -> list[list[str]]:
    content = client.post(URL + query, {"format": CSV, **EVERY_COLUMN}).content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_export_has_a_row_for_each_vehicle(boss, owner):
    rows = exported(boss)[1:]

    person = ["+56975400946", "", "Juan Pérez", "", "", "active"]
    assert sorted(rows) == [
        [*person, "Kia", "Rio", "2015", "8500000", "", "VIP"],
        [*person, "Kia", "Rio", "2020", "8500000", "", "VIP"],
    ]


def test_export_has_a_row_for_a_person_without_vehicles(boss, contact):
    assert exported(boss)[1:] == [
        ["+56975400946", "", "Juan Pérez", "", "", "active", "", "", "", "", "", ""]
    ]


@pytest.mark.parametrize(
    ("language", "unknown"),
    [("en", ["WhatsApp user id", "status"]), ("es", ["identificador de WhatsApp", "estado"])],
)
def test_export_has_the_titles_that_the_import_knows(boss, language, unknown):
    content = boss.post(
        URL, {"format": CSV, **EVERY_COLUMN}, headers={"accept-language": language}
    ).content

    titles = content.decode("utf-8-sig").strip().replace(";", ",").split(",")
    assert recognise_columns(titles).unknown_names == unknown


@pytest.mark.parametrize("name", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\r=1"])
def test_export_escapes_formulas_and_keeps_phones(boss, contact, name):
    Contact.objects.update(name=name)

    content = boss.post(URL, {"format": CSV, **EVERY_COLUMN}).content.decode("utf-8-sig")

    row = list(csv.reader(io.StringIO(content, newline="")))[1]
    assert (row[0], row[2]) == ("+56975400946", f"'{name}")


def test_export_takes_semicolons_where_the_comma_is_the_decimal_sign(boss, contact):
    content = boss.post(
        URL, {"format": CSV, **EVERY_COLUMN}, headers={"accept-language": "es"}
    ).content

    assert content.splitlines()[1].startswith(b"+56975400946;;Juan")


def test_export_makes_a_workbook(boss, owner):
    Contact.objects.update(name="=1+1\x0b")

    content = boss.post(URL, {"format": XLSX, **EVERY_COLUMN}).content

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    row = [cell.value for cell in sheet[2]]
    assert (row[0], row[2], row[9], sheet["C2"].data_type) == (
        "+56975400946",
        "'=1+1",
        8_500_000,
        "s",
    )


def test_export_follows_the_filters_of_the_list(boss, owner):
    Contact.objects.create(phone="+56911112222", name="Ana")

    assert [row[0] for row in exported(boss, "?make=Kia&year_from=2020&q=juan")[1:]] == [
        "+56975400946",
        "+56975400946",
    ]


def test_export_asks_for_no_row_on_its_own(boss, make_people, django_assert_num_queries):
    make_people(20)
    exported(boss)

    with django_assert_num_queries(11):
        exported(boss)


@pytest.mark.parametrize("method", ["get", "post"])
def test_export_needs_its_own_permission(as_staff, contact, method):
    client = as_staff("view_contact", "change_contact")

    assert getattr(client, method)(URL, {"format": CSV, **EVERY_COLUMN}).status_code == 403


def test_export_page_opens(boss):
    assert boss.get(URL).status_code == 200

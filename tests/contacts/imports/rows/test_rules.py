from decimal import Decimal

import pytest

from contacts.imports.columns import recognise_columns
from contacts.imports.rows.rules import ContactRow, RowRules, VehicleRow
from contacts.imports.rows.values import RowError

HEADER = ["telefono", "nombre", "apellido", "email", "idioma", "etiquetas"]
VEHICLE = ["marca", "modelo", "año", "precio", "link"]


def read(header: list[str], cells: list[str], **options) -> ContactRow:
    return RowRules(recognise_columns(header), region="CL", **options).read(cells)


def reason_of(header: list[str], cells: list[str]) -> str:
    with pytest.raises(RowError) as error:
        read(header, cells)
    return str(error.value)


def test_cell_of_endless_text_costs_itself_alone():
    row = read(
        ["fono", "nombre", "marca", "etiquetas"], ["975400946", "Ana", "a" * 3_000, "b" * 3_000]
    )

    assert (row.phone, row.given, row.tags) == ("+56975400946", {"name": "Ana"}, ())
    assert row.remarks[0] == "“marca”: This cell has more than 2000 characters."


def test_row_with_everything_is_read():
    cells = ["9 7540 0946", " Juan\n Pablo ", "Pérez", "juan@example.com", "Español", "VIP; taxi"]

    row = read(
        HEADER + VEHICLE, [*cells, "TOYOTA", "Corolla", "2015.0", "$8.500.000", "example.com/1"]
    )

    assert row == ContactRow(
        phone="+56975400946",
        given={"name": "Juan Pablo Pérez", "email": "juan@example.com", "language": "es"},
        custom={},
        vehicle=VehicleRow("Toyota", "Corolla", 2015, "https://example.com/1", Decimal(8_500_000)),
        tags=("VIP", "taxi"),
    )


def test_row_with_a_phone_alone_is_a_contact_alone():
    row = read(HEADER + VEHICLE, ["975400946", "-", "", "N/A", "", "", "", "", "", " ", "s/i"])

    assert row == ContactRow("+56975400946", {}, {}, None, ())


def test_unknown_columns_are_kept_when_asked():
    header, cells = ["fono", "Color", "Sucursal"], ["975400946", "rojo", ""]

    assert read(header, cells).custom == {}
    assert read(header, cells, keep_unknown=True).custom == {"Color": "rojo"}


LACKS = "The vehicle was left out, it lacks: "
LEFT_OUT = {
    ("Toyota", "", "", "", ""): (f"{LACKS}model, year.",),
    ("", "Corolla", "2015", "", ""): (f"{LACKS}make.",),
    ("", "", "", "8500000", ""): (f"{LACKS}make, model, year.",),
    ("", "", "", "", "https://example.com"): (f"{LACKS}make, model, year.",),
    ("Toyota", "Corolla", "15", "", ""): (
        "“año”: The year must have four digits, such as 2015.",
        f"{LACKS}year.",
    ),
    ("x" * 61, "Corolla", "2015", "", ""): (
        "“marca”: The make is longer than 60 characters.",
        f"{LACKS}make.",
    ),
    ("Kia", "x" * 101, "2015", "", ""): (
        "“modelo”: The model is longer than 100 characters.",
        f"{LACKS}model.",
    ),
}


def test_row_with_half_a_vehicle_is_the_person_with_a_remark():
    for cells, remarks in LEFT_OUT.items():
        row = read(["fono", "nombre", *VEHICLE], ["975400946", "Ana", *cells])

        assert row == ContactRow("+56975400946", {"name": "Ana"}, {}, None, (), remarks)


def test_row_with_bad_cells_is_taken_without_them():
    person = ["975400946", "Ana", "", "ana@", "habla mapudungun", f"VIP;{'x' * 61}"]

    row = read(HEADER + VEHICLE, [*person, "Kia", "Rio", "2020", "a convenir", "ver aviso"])

    assert row.given == {"name": "Ana"}
    assert (row.vehicle, row.tags) == (VehicleRow("Kia", "Rio", 2020, "", None), ())
    assert [remark.partition(":")[0] for remark in row.remarks] == [
        *("“idioma”", "“email”", "“link”", "“precio”", "“etiquetas”"),
    ]


def test_row_with_a_name_too_long_keeps_the_person():
    row = read(["fono", "nombre"], ["975400946", "x" * 201])

    assert row.given == {}
    assert row.remarks == ("“nombre”: The name is longer than 200 characters.",)


GOOGLE = ["Phone 1 - Value", "Phone 2 - Value", "E-mail 1 - Value", "E-mail 2 - Value"]


@pytest.mark.parametrize(
    ("phones", "phone", "remarks"),
    [
        (["2 2123 4567", "975400946"], "+56975400946", ["“Phone 1 - Value”: +56221234567"]),
        (["975400946", "2 2123 4567"], "+56975400946", ["“Phone 2 - Value”: +56221234567"]),
        (["221234567 ::: 975400946", ""], "+56975400946", ["“Phone 1 - Value”: +56221234567"]),
        (["2 2123 4567", ""], "+56221234567", []),
        (["12", "975400946"], "+56975400946", ["“Phone 1 - Value”: Too short for Chile."]),
        (["975400946", "+56 9 7540 0946"], "+56975400946", []),
    ],
)
def test_row_with_several_phones_takes_the_first_mobile_and_names_the_others(
    phones, phone, remarks
):
    row = read(GOOGLE, [*phones, "", ""])

    assert row.phone == phone
    assert [one.removesuffix(" was left out, the person has another.") for one in row.remarks] == (
        remarks
    )


def test_row_with_several_phones_and_none_that_is_one_says_why():
    assert reason_of(GOOGLE, ["", "12", "", ""]) == "Too short for Chile."
    assert reason_of(GOOGLE, ["", " ::: ", "", ""]) == "The phone is empty."


def test_row_with_several_emails_takes_the_first_that_is_one():
    row = read(GOOGLE, ["975400946", "", "ana@ ::: ana@example.com", "eva@example.com"])

    assert row.given == {"email": "ana@example.com"}
    assert row.remarks == (
        "“E-mail 1 - Value”: The email is not an address, such as ana@example.com.",
        "“E-mail 2 - Value”: eva@example.com was left out, the person has another.",
    )


def test_further_phones_are_kept_as_further_fields_when_asked():
    row = read(GOOGLE, ["975400946", "2 2123 4567", "", ""], keep_unknown=True)

    assert row.custom == {"Phone 2 - Value": "2 2123 4567"}


@pytest.mark.parametrize(
    ("header", "cells", "name"),
    [
        (["Name", "Given Name", "Family Name"], ["Ana Soto", "Ana", "Soto"], "Ana Soto"),
        (["Name", "Given Name", "Family Name"], ["", "Ana", "Soto"], "Ana Soto"),
        (["First Name", "Middle Name", "Last Name"], ["Ana", "María", "Soto"], "Ana María Soto"),
        (["Nombre completo", "Nombre"], ["Ana Soto", "Ana"], "Ana Soto"),
        (["Nombre", "Apellido paterno", "Apellido materno"], ["Ana", "Soto", "Rojas"],
         "Ana Soto Rojas"),
    ],
)  # fmt: skip
def test_name_of_several_columns_has_each_part_once(header, cells, name):
    assert read(["fono", *header], ["975400946", *cells]).given == {"name": name}


@pytest.mark.parametrize("phone", ["", "-", "NULL"])
def test_row_without_a_phone_says_so(phone):
    assert reason_of(["fono"], [phone]) == "The phone is empty."


def test_last_year_is_the_one_after_next(time_machine):
    time_machine.move_to("2026-01-10")

    row = read(["fono", *VEHICLE], ["975400946", "Kia", "Rio", "2029", "", ""])

    assert row.remarks[0] == "“año”: The year must lie between 1900 and 2028."

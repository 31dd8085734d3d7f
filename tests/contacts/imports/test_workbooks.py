import datetime
import io
import zipfile

import openpyxl
import pytest

from contacts.imports import workbooks
from contacts.imports.reading import Row, TableError, read_table


def test_workbook_gives_what_a_person_sees(workbook):
    day = datetime.datetime(2026, 1, 10)  # noqa: DTZ001  a cell knows no zone
    file = workbook([["fono", "precio", "día"], [56975400946.0, 8.5, day], [], ["x", None, True]])

    table = read_table(file)

    assert table.header == ["fono", "precio", "día"]
    assert list(table.rows) == [
        Row(2, ["56975400946", "8.5", "2026-01-10"]),
        Row(4, ["x", "", "True"]),
    ]


def test_workbook_shows_the_country_that_stands_in_the_format():
    book = openpyxl.Workbook()
    for row in (["fono", "precio"], [912345678, 8_500_000], [975400946.0, 7], ["975400946", 7.5]):
        book.active.append(row)
    for number, mask in ((2, '"+51 "000000000'), (3, '"+56 "0'), (4, '"+51 "0')):
        book.active.cell(number, 1).number_format = mask
        book.active.cell(number, 2).number_format = '"$"#,##0'
    file = io.BytesIO()
    book.save(file)

    assert [row.cells for row in read_table(file).rows] == [
        ["+51 912345678", "8500000"],
        ["+56 975400946", "7"],
        ["975400946", "7.5"],
    ]


def test_workbook_reads_the_active_sheet():
    book = openpyxl.Workbook()
    book.active.append(["notas"])
    book.active = book.create_sheet("lista")
    book.active.append(["fono"])
    file = io.BytesIO()
    book.save(file)

    assert read_table(file).header == ["fono"]


def test_workbook_that_unpacks_to_too_much_is_refused(workbook, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 2**10)

    with pytest.raises(TableError, match="The workbook unpacks to"):
        read_table(workbook([["fono"]]))


def test_workbook_with_a_damaged_sheet_is_refused(workbook):
    damaged = io.BytesIO()
    with zipfile.ZipFile(workbook([["fono"], ["1"]])) as good, zipfile.ZipFile(damaged, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data[:-60] if "sheet1" in name else data)

    with pytest.raises(TableError, match="The workbook is damaged"):
        list(read_table(damaged).rows)

import datetime
import io
import random
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from contacts.imports.files import workbooks
from contacts.imports.files.reading import Row, TableError, read_table

from . import bombs


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


def test_workbook_drops_what_stands_right_of_the_titles(workbook):
    file = workbook([["fono", "nombre"], ["1", "Ana", None, "llamar el lunes"]])

    assert list(read_table(file).rows) == [Row(2, ["1", "Ana"])]


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


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_damaged_bytes_never_raise_anything_else(seed, workbook):
    """Each round spoils some bytes of a workbook and of a CSV file."""
    dice = random.Random(seed)
    wholes = [
        workbook([["fono", "nombre"], ["975400946", "Íñigo"], [975400947, 2.5]]).getvalue(),
        'fono;nombre\n975400946;"Íñigo\nMuñoz"\n'.encode("cp1252"),
    ]

    for _round in range(100):
        for whole in wholes:
            spoiled = bytearray(whole)
            for _byte in range(dice.randrange(1, 9)):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            with suppress(TableError):
                list(read_table(io.BytesIO(spoiled[: dice.choice([None, None, -9])])).rows)


@pytest.mark.parametrize("seed", [4, 5])
def test_damaged_parts_never_raise_anything_else(seed, workbook):
    """Each round spoils the text of one part, in an archive whose sums are right."""
    dice = random.Random(seed)
    with zipfile.ZipFile(
        workbook([["fono", "día"], [975400946, datetime.date(2026, 1, 10)]])
    ) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}

    for _round in range(60):
        name = dice.choice(sorted(parts))
        spoiled = bytearray(parts[name])
        for _byte in range(dice.randrange(1, 4)):
            spoiled[dice.randrange(len(spoiled))] = dice.choice(b"0919<>/&\"' rstAZ-")
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for other, content in (parts | {name: bytes(spoiled)}).items():
                archive.writestr(other, content)
        with suppress(TableError):
            list(read_table(file).rows)


def test_workbook_keeps_strings_in_runs_and_places():
    strings = (
        "<si><r><t>Ana </t></r><r><t>Luz</t></r><rPh><t>x</t></rPh></si><si><t>a_x000D_b</t></si>"
    )
    cells = '<c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c>'
    titles = '<row r="1"><c r="A1" t="str"><v>fono</v></c><c r="C1" t="str"><v>x</v></c></row>'
    raw = bombs.workbook(
        strings=f"<sst {bombs.MAIN}>{strings}</sst>",
        sheet=f"<worksheet {bombs.MAIN}><sheetData>{titles}<row r='2'>{cells}</row>{bombs.END}",
    )

    assert list(read_table(io.BytesIO(raw)).rows) == [Row(2, ["Ana Luz", "", "a\rb"])]


def test_workbook_larger_than_a_list_is_refused(workbook, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_BYTES", 10)

    with pytest.raises(TableError, match="The file has 0 MB; the limit is 0 MB"):
        read_table(workbook([["fono"]]))

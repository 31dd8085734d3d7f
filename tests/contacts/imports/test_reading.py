import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.imports import reading
from contacts.imports.reading import Row, TableError, detect_encoding, read_table

TEXT = 'teléfono;nombre;año\r\n975400946;"Íñigo ""Yáñez""\nMuñoz";2015\r\n\r\n;;\r\n912;€uro;\r\n'


def table_of(text: str, encoding: str = "utf-8"):
    return read_table(io.BytesIO(text.encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_read_table_reads_each_encoding_and_delimiter(encoding, delimiter):
    table = table_of(TEXT.replace(";", delimiter), encoding)

    assert table.header == ["teléfono", "nombre", "año"]
    assert list(table.rows) == [
        Row(2, ["975400946", 'Íñigo "Yáñez"\nMuñoz', "2015"]),
        Row(6, ["912", "€uro", ""]),
    ]


def test_read_table_reads_latin_1():
    table = table_of("teléfono,nombre\n975400946,Peña\x81\n", "latin-1")

    assert list(table.rows) == [Row(2, ["975400946", "Peña\x81"])]


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"fono\n1", "utf-8"),
        ("año".encode(), "utf-8"),
        ("año".encode("utf-8-sig"), "utf-8-sig"),
        ("año".encode("cp1252"), "cp1252"),
        ("año\x81".encode("latin-1"), "latin-1"),
        ("año".encode("utf-16"), "utf-16"),
        ("teléfono".encode("utf-16-be"), "utf-16-be"),
        (b"a" * (reading._BLOCK - 1) + "ñ".encode(), "utf-8"),
    ],
)
def test_detect_encoding_names_the_encoding_of_the_whole_file(raw, encoding):
    assert detect_encoding(io.BytesIO(raw)) == encoding


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_read_table_counts_lines_as_an_editor_does(newline):
    table = table_of(newline.join(["", "fono,nombre", "", '1,"a', 'b"', "2,c"]))

    assert [row.line for row in table.rows] == [4, 6]


def test_read_table_obeys_the_sep_line_of_excel():
    table = table_of("sep=|\r\nfono|nombre, apellido\r\n1|a\r\n")

    assert table.header == ["fono", "nombre, apellido"]
    assert list(table.rows) == [Row(3, ["1", "a"])]


def test_read_table_says_which_row_has_too_many_cells():
    table = table_of("fono,nombre\n1,a,,\n2,b,c\n3\n")

    assert list(table.rows) == [
        Row(2, ["1", "a"]),
        Row(
            3,
            ["2", "b", "c"],
            "The row has 3 cells under 2 columns; a cell that holds the delimiter needs quotes.",
        ),
        Row(4, ["3", ""]),
    ]


@pytest.mark.parametrize("filler", ["x\n", "x" * 80 + "\n"])
def test_read_table_tells_of_a_quote_that_never_closes(filler):
    table = table_of('fono,nombre\n1,a\n2,"b\n' + filler * 3_000)

    with pytest.raises(TableError) as error:
        list(table.rows)

    assert str(error.value).startswith("A quote opened on line 3 is never closed")


def test_read_table_leaves_the_file_open():
    file = io.BytesIO(b"fono\n1\n")

    list(read_table(file).rows)

    assert read_table(file).header == ["fono"]


def test_read_table_stops_at_the_limit_of_rows(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    table = table_of("fono\n1\n2\n3\n")

    with pytest.raises(TableError, match="more than 2 rows"):
        list(table.rows)


def test_read_table_refuses_a_file_too_big(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 10)

    with pytest.raises(TableError, match="Split it in parts"):
        table_of("fono,nombre\n")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n \r\n", "The file is empty."),
        (b"fono\n1\0\n" * 9, "This is not a table."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "This is an old Excel file (.xls)"),
        (b"  <html><table>", "This is not a table."),
        (b"%PDF-1.7", "This is not a table."),
        (b"PK\x03\x04broken", "The workbook is damaged."),
    ],
)
def test_read_table_says_why_a_file_gives_no_rows(raw, sentence):
    with pytest.raises(TableError) as error:
        list(read_table(io.BytesIO(raw)).rows)

    assert str(error.value).startswith(sentence)


def test_read_table_finds_a_zero_beyond_the_head():
    table = table_of("fono\n" + "1\n" * reading._HEAD + "2\0\n")

    with pytest.raises(TableError, match="This is not a table"):
        list(table.rows)


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(",;\t|"))
def test_read_table_gives_back_what_a_writer_wrote(pairs, delimiter):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("fono", "nombre"), *pairs])

    table = table_of(file.getvalue())

    kept = [list(pair) for pair in pairs if any(map(str.strip, pair))]
    assert [row.cells for row in table.rows] == kept


def test_read_table_refuses_a_zip_that_is_no_workbook():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    with pytest.raises(TableError, match="This is not a table"):
        read_table(file)

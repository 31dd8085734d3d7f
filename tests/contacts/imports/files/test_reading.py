import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.imports.files import reading
from contacts.imports.files.kinds import HEAD
from contacts.imports.files.reading import Row, TableError, read_table

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


def test_read_table_drops_what_stands_under_no_title():
    assert list(table_of("fono;;nombre;\n1;x;a;y\n").rows) == [Row(2, ["1", "x", "a"])]


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


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf\r\n \r\n"])
def test_read_table_says_that_a_file_is_empty(raw):
    with pytest.raises(TableError, match="The file is empty"):
        read_table(io.BytesIO(raw))


def test_read_table_finds_a_zero_beyond_the_head():
    table = table_of("fono\n" + "1\n" * HEAD + "2\0\n")

    with pytest.raises(TableError, match="This is not a table"):
        list(table.rows)


CELLS = st.text('\\"a,;', max_size=6) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(",;\t|"))
def test_read_table_gives_back_what_a_writer_wrote(pairs, delimiter):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("teléfono", "nombre"), *pairs])

    table = table_of(file.getvalue())

    kept = [list(pair) for pair in pairs if any(map(str.strip, pair))]
    assert [row.cells for row in table.rows] == kept


@pytest.mark.parametrize(
    "text",
    [
        "Jos\ufffd",
        *("José Muñoz".encode().decode(name) for name in ("cp1252", "mac_roman", "cp850")),
        "Íñigo".encode().decode("latin-1"),
        "O’Higgins".encode().decode("cp1252"),
        "Mu+APE-oz",
        "+ANEA+gDx-ez",
        r"Mu\u00f1oz",
        r"Mu\xf1oz",
    ],
)
def test_read_table_refuses_the_row_that_is_garbled(text):
    rows = list(table_of(f"fono,nombre\n1,José\n2,{text}\n3,MAÇÃ\n").rows)

    assert [row.line for row in rows if row.problem] == [3]
    assert rows[1].problem.startswith("Letters with accents are lost or garbled here.")


@pytest.mark.parametrize("text", ["A+ANTIGUO-", r"C:\usr\x1", "+A4-", "+ANDI-", r"\N"])
def test_read_table_takes_rows_that_only_look_garbled(text):
    assert [row.problem for row in table_of(f"fono,nombre\n1,{text}\n").rows] == [""]


def test_read_table_reads_quotes_as_mysql_writes_them():
    table = table_of('fono,nombre,nota\n1,"Ana \\"La Jefa\\" Soto","C:\\"\n2,"\\"Eva\\"",b\n')

    assert [row.cells for row in table.rows] == [
        ["1", 'Ana "La Jefa" Soto', "C:\\"],
        ["2", '"Eva"', "b"],
    ]


def test_read_table_refuses_titles_that_are_garbled():
    with pytest.raises(TableError, match="The titles of the columns: Letters with accents"):
        table_of("fono,aÃ±o\n1,2015\n")


def test_read_table_drops_what_stands_right_of_the_titles():
    table = table_of("fono,nombre,,\n1,a,,\n2\n")

    assert (table.header, [row.cells for row in table.rows]) == (
        ["fono", "nombre"],
        [["1", "a"], ["2", ""]],
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fono" + ",x" * 1_000, "The first row has 1001 columns; the limit is 1000."),
        ("fono\n" + "9" * 140_000, "A cell on line 2 has more than 131072 characters."),
        ("fono\n" + "9," * 600_000, "Line 2 has more than 1000000 characters"),
        ("sep=;" + "x" * 1_100_000, "Line 1 has more than 1000000 characters"),
    ],
)
def test_read_table_says_what_is_too_long(text, sentence):
    with pytest.raises(TableError) as error:
        list(table_of(text).rows)

    assert str(error.value).startswith(sentence)


def test_read_table_refuses_the_row_that_is_too_long():
    rows = list(table_of("fono,nota\n1,x\n2," + "x" * 40_000 + "\n3,y\n").rows)

    assert [row.problem for row in rows] == ["", "The row has more than 32767 characters.", ""]
    assert len(rows[1].cells[1]) == 100


def test_read_table_stops_at_too_many_blank_lines(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BLANK_LINES", 9)

    with pytest.raises(TableError, match="more than 9 blank lines"):
        list(table_of("fono\n" + "\n" * 10).rows)

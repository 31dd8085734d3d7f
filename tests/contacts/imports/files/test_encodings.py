import io
from itertools import product

import pytest

from contacts.imports.files.encodings import detect_encoding
from contacts.imports.files.reading import TableError, read_table

LEGACY = ("cp1252", "mac_roman", "cp850", "cp437")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
# One letter with an accent may stand for two things; several together tell the encoding.
CLEAR = [
    "José Muñoz Peña\nCitroën C3\nMaría Ñúñez",
    "MARÍA JOSÉ MUÑOZ\nRAMÓN PEÑA\nRAÚL ÁVILA",
    "Sofía\nTomás\nVerónica\nNicolás Güell",
    "¿Quién es? ¡Ramón!\nCompañía Ñuñoa Nº 5",
    "Conceição Gonçalves\nSão João\nAntônio Araújo",
    "niño\naños\nmaría\nandrés",
]
SHORT = [
    *("RAMÓN", "JOSÉ", "Ángel", "Óscar", "Íñigo", "Úrsula", "Élite", "Müller", "François"),
    *("O’Higgins", "D’Angelo", "Juan\xa0Pérez", "juan\xa0perez", "10 €", "etc…", "1º", "Nº 5"),
    *("José «Pepe» – 3º", "SANTA FÉ»", "norte–sur", "norte–este", "Dª Inés", "Noël", "•", "®"),
    *("Ñ", "ñ", "é", "MAÇÃ", "avó", "avô", "l’Hospitalet", "¡Oferta!", "“Pancho”", "a±b", "50 £"),
]


def raw_files(texts, encodings):
    """Each text as a file, in each encoding that has its letters and with each end of lines."""
    for text, encoding, newline in product(texts, encodings, ("\n", "\r\n", "\r")):
        lines = [
            "telefono;nombre",
            *(f"97540094{n};{one}" for n, one in enumerate(text.split("\n"))),
        ]
        try:
            yield text, encoding, (newline.join(lines) + newline).encode(encoding)
        except UnicodeEncodeError:
            continue


def names(raw):
    """The names that are read, with None for a row or a file that is refused."""
    try:
        rows = list(read_table(io.BytesIO(raw)).rows)
    except TableError:
        return None
    return "\n".join(row.cells[1] for row in rows if not row.problem)


def test_detect_encoding_reads_clear_texts_in_all_encodings():
    wrong = [
        (text, encoding)
        for text, encoding, raw in raw_files(CLEAR, LEGACY + UNICODE)
        if names(raw) != text
    ]

    assert wrong == []


def test_detect_encoding_never_garbles_a_single_letter():
    garbled = [
        (text, encoding, names(raw))
        for text, encoding, raw in raw_files(SHORT, LEGACY + UNICODE)
        if names(raw) not in (text, None, "")
    ]

    assert garbled == []


def test_detect_encoding_reads_what_excel_for_windows_writes():
    refused = {text for text, _encoding, raw in raw_files(SHORT, ["cp1252"]) if not names(raw)}

    # As likely as another sign in another encoding.
    assert refused == {"juan\xa0perez", "norte–este", "•", "®", "Ñ", "ñ", "é", "a±b", "50 £"}


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"fono\n1", "utf-8-sig"),
        ("año".encode(), "utf-8-sig"),
        ("año".encode("utf-8-sig"), "utf-8-sig"),
        ("año".encode("cp1252"), "cp1252"),
        ("añorado, José".encode("mac_roman"), "mac_roman"),
        ("año".encode("cp850"), "cp850"),
        ("año".encode("utf-16"), "utf-16"),
        ("teléfono".encode("utf-16-be"), "utf-16-be"),
        ("Иван".encode(), "utf-8-sig"),
        (b"a" * (2**20 - 1) + "ñ".encode(), "utf-8-sig"),
    ],
)
def test_detect_encoding_names_the_encoding_of_the_whole_file(raw, encoding):
    assert detect_encoding(io.BytesIO(raw)) == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Иван Петров", "cp1251"),
        ("Γιώργος", "cp1253"),
        ("张伟 王芳", "gbk"),
        ("Łukasz Żak", "cp1250"),
    ],
)
def test_detect_encoding_refuses_what_it_does_not_know(text, encoding):
    raw = f"telefono;nombre\n1;{text}\n".encode(encoding)

    with pytest.raises(TableError, match="The letters with accents cannot be told"):
        detect_encoding(io.BytesIO(raw))


GOOD = "fono;nombre\n1;José Muñoz\n2;María Ñúñez\n3;"


@pytest.mark.parametrize(
    ("raw", "names_read", "lines_refused"),
    [
        (GOOD.encode() + b"Ram\xf3n\n4;Ana\n", ["José Muñoz", "María Ñúñez", "Ana"], [4]),
        (GOOD.encode() + b"\xcd\xf1ig\xc3", ["José Muñoz", "María Ñúñez"], [4]),
        (GOOD.encode("utf-16")[:-1], ["José Muñoz", "María Ñúñez"], [4]),
        # Two lists put together: the encoding of most lines is read.
        (GOOD.encode("cp1252") + "Íñ\n".encode(), ["José Muñoz", "María Ñúñez"], [4]),
        (GOOD.encode("mac_roman") + "Íñ\n".encode(), ["José Muñoz", "María Ñúñez"], [4]),
    ],
)
def test_lines_in_another_encoding_are_refused_alone(raw, names_read, lines_refused):
    rows = list(read_table(io.BytesIO(raw)).rows)

    assert [row.cells[1] for row in rows if not row.problem] == names_read
    assert [row.line for row in rows if row.problem] == lines_refused

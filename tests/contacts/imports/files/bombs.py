"""Files that are made, or broken, to exhaust what reads them: small to make and to keep.

Each is what an attacker or a broken program may send. They are sized for the limits of the tests,
which are lower than the real ones.
"""

import io
import zipfile
from collections.abc import Callable
from itertools import chain, repeat

Part = str | tuple[str, str, int, str]
Bomb = Callable[[], bytes]

MB = 2**20
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>fono</t></is></c></row>'
_PERSON = '<row r="2"><c r="A2"><v>975400946</v></c></row>'
SHEET = f"<worksheet {MAIN}><sheetData>{_HEAD}"
END = "</sheetData></worksheet>"

_PARTS: dict[str, Part] = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}sharedStrings+xml"/></Types>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Lista" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
    "xl/styles.xml": f"<styleSheet {MAIN}><cellXfs><xf/><xf/></cellXfs></styleSheet>",
    "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>Ana</t></si></sst>",
    "xl/worksheets/sheet1.xml": SHEET + _PERSON + END,
}


def workbook(**changed: Part) -> bytes:
    """A workbook of one sheet; `sheet`, `strings`, `styles`, `book` or `types` replace its parts.

    A part may be (start, piece, times, end).
    """
    names = {
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
        "relations": "xl/_rels/workbook.xml.rels",
        "types": "[Content_Types].xml",
    }
    parts = _PARTS | {names.get(name, name): part for name, part in changed.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            with archive.open(name, "w", force_zip64=True) as entry:
                for piece in _pieces(part):
                    entry.write(piece)
    return file.getvalue()


def _pieces(part: Part) -> chain[bytes]:
    start, piece, times, end = (part, "", 0, "") if isinstance(part, str) else part
    together = max(1, 2**16 // max(len(piece), 1))
    whole, rest = divmod(times, together)
    return chain(
        [start.encode()],
        repeat(piece.encode() * together, whole),
        [piece.encode() * rest, end.encode()],
    )


def sheet(piece: str, times: int = 1) -> bytes:
    """A workbook whose sheet has `piece` so many times under its titles."""
    return workbook(sheet=(SHEET, piece, times, END))


def laughs(levels: int, times: int) -> str:
    """Entities that stand for each other, `times` at each level."""
    entities = "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * times}">' for level in range(1, levels)
    )
    return f'<!DOCTYPE x [<!ENTITY l0 "ja">{entities}]>'


def lying(raw: bytes, size: int) -> bytes:
    """The archive, with `size` as what each part says to unpack to."""
    at = -1
    while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
        raw = raw[: at + 24] + size.to_bytes(4, "little") + raw[at + 28 :]
    return raw


_CELL = '<c r="A3" t="inlineStr"><is><t>{}</t></is></c>'
_STRING = "<si><t>{}</t></si>"
_ENTITY = f"{laughs(40, 10)}<worksheet {MAIN}><sheetData><row r='1'>" + _CELL.format("&l39;")
_QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>'
_XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_XXE_NET = '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd"> %e;]>'

LIMIT = "Copy the columns that you need"  # of memory or of time
DAMAGED, TALL = "workbook is damaged", "more rows than Excel can show"
LONG_LINE, WIDE = "so this is no list", "columns; the limit is"
READ = ""  # harmless

# What only the limits of a process stop, or could not be stopped if a rule of ours failed.
IN_A_PROCESS: dict[str, tuple[Bomb, str]] = {
    "row number a billion": (lambda: sheet('<row r="1000000000"><c><v>1</v></c></row>'), TALL),
    "last row of Excel": (
        lambda: sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        READ,
    ),
    "empty rows": (lambda: sheet("<row/>", 9 * MB), LIMIT),
    "rows with styles": (lambda: sheet('<row spans="1:9" s="1" ht="15"/>', 99_999), READ),
    "cells in one row": (
        lambda: workbook(sheet=(SHEET + '<row r="2">', "<c/>", 9 * MB, "</row>" + END)),
        LIMIT,
    ),
    "coloured cells in one row": (
        lambda: workbook(
            sheet=(SHEET + '<row r="2">', '<c r="XFD2" s="1"/>', 2 * MB, "</row>" + END)
        ),
        LIMIT,
    ),
    "one long cell": (
        lambda: workbook(
            sheet=(
                SHEET + '<row r="2"><c r="A2" t="str"><v>',
                "x" * 1000,
                90_000,
                "</v></c></row>" + END,
            )
        ),
        LIMIT,
    ),
    "one long number": (
        lambda: workbook(
            sheet=(SHEET + '<row r="2"><c r="A2"><v>', "9" * 1000, 2_000, "</v></c></row>" + END)
        ),
        DAMAGED,
    ),
    "shared strings": (
        lambda: workbook(strings=(f"<sst {MAIN}>", _STRING.format("x"), 6 * MB, "</sst>")),
        LIMIT,
    ),
    "long shared string": (
        lambda: workbook(strings=(f"<sst {MAIN}><si><t>", "x" * 1000, 90_000, "</t></si></sst>")),
        LIMIT,
    ),
    "shared string of many runs": (
        lambda: workbook(strings=(f"<sst {MAIN}><si>", "<r><t>x</t></r>", MB, "</si></sst>")),
        LIMIT,
    ),
    "spaces between rows": (lambda: workbook(sheet=(SHEET, " " * 1000, 90_000, END)), LIMIT),
    "spaces in the titles": (
        lambda: workbook(
            sheet=(f"<worksheet {MAIN}>", " " * 1000, 90_000, "<sheetData/></worksheet>")
        ),
        LIMIT,
    ),
    "styles": (
        lambda: workbook(
            styles=(f"<styleSheet {MAIN}><cellXfs>", "<xf/>", MB, "</cellXfs></styleSheet>")
        ),
        LIMIT,
    ),
    "number formats": (
        lambda: workbook(
            styles=(
                f"<styleSheet {MAIN}><numFmts>",
                '<numFmt numFmtId="200" formatCode="0"/>',
                MB,
                "</numFmts></styleSheet>",
            )
        ),
        LIMIT,
    ),
    "sheets": (
        lambda: workbook(
            book=(
                f'<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets>',
                '<sheet name="a" sheetId="1" r:id="rId1"/>',
                MB,
                "</sheets></workbook>",
            )
        ),
        LIMIT,
    ),
    "types": (
        lambda: workbook(
            types=(
                f'<Types xmlns="{_PACKAGE}content-types">',
                '<Override PartName="/x" ContentType="y"/>',
                MB,
                "</Types>",
            )
        ),
        LIMIT,
    ),
    "deep elements": (lambda: workbook(sheet=(SHEET, "<a>", 9 * MB, "")), LIMIT),
    "attributes": (
        lambda: workbook(sheet=(SHEET + "<row ", "a" * 1000, 20_000, '="1"/>' + END)),
        LIMIT,
    ),
    "blank lines": (lambda: b"fono\n" + b"\n" * (9 * MB), LIMIT),
    "lines of delimiters": (lambda: b"fono,x\n" + b",\n" * (9 * MB), LIMIT),
    "title without end": (lambda: b"x" * (9 * MB), LONG_LINE),
    "cells without end": (lambda: b"fono\n" + b"1," * (4 * MB), LONG_LINE),
    "quote without end": (lambda: b'fono\n"' + b"1\n" * MB, "never closed"),
    "quoted cells of many lines": (lambda: b'fono\n"' + (b"x" * 99 + b'\n","') * (MB // 2), LIMIT),
    "quotes": (lambda: b"fono\n" + b'"' * (2 * MB), LONG_LINE),
}


def row(cell: str, titles: str = _HEAD) -> bytes:
    return workbook(sheet=f'<worksheet {MAIN}><sheetData>{titles}<row r="2">{cell}</row>{END}')


def chart_alone() -> bytes:
    relation = f'Id="rId1" Type="{_OFFICE}/chartsheet" Target="chartsheets/sheet1.xml"'
    text = (
        f'<Relationships xmlns="{_PACKAGE}relationships"><Relationship {relation}/></Relationships>'
    )
    return workbook(relations=text)


def with_byte(raw: bytes, mark: bytes, shift: int, value: int) -> bytes:
    """The archive with one byte changed, `shift` after each `mark`."""
    parts = raw.split(mark)
    return mark.join(
        [parts[0], *(part[:shift] + bytes([value]) + part[shift + 1 :] for part in parts[1:])]
    )


# What the reader refuses, or takes, by rules of its own or of the libraries.
BY_RULE: dict[str, tuple[Bomb, str]] = {
    "billion laughs": (lambda: workbook(sheet=_ENTITY), DAMAGED),
    "billion laughs in strings": (
        lambda: workbook(strings=laughs(40, 10) + f"<sst {MAIN}><si><t>&l39;</t></si></sst>"),
        DAMAGED,
    ),
    "quadratic blow-up": (
        lambda: workbook(
            sheet=(
                _QUADRATIC + SHEET + '<row r="2"><c r="A2" t="str"><v>',
                "&a;",
                20_000,
                "</v></c></row>" + END,
            )
        ),
        DAMAGED,
    ),
    "file as entity": (
        lambda: workbook(
            sheet=_XXE + SHEET + '<row r="2"><c r="A2" t="str"><v>&e;</v></c></row>' + END
        ),
        DAMAGED,
    ),
    "address as entity": (lambda: workbook(sheet=_XXE_NET + SHEET + _PERSON + END), DAMAGED),
    "size that is too small": (lambda: lying(workbook(), 9), DAMAGED),
    "size of four gigabytes": (lambda: lying(workbook(), 2**32 - 2), "The workbook unpacks to"),
    "sheet of 700 MB": (lambda: lying(workbook(), 120 * MB), "The workbook unpacks to"),
    "dimension of all of Excel": (
        lambda: workbook(
            sheet=f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData>'
            + _HEAD
            + _PERSON
            + END
        ),
        READ,
    ),
    "dimension that is wrong": (
        lambda: workbook(
            sheet=f'<worksheet {MAIN}><dimension ref="x"/><sheetData>{_HEAD}{_PERSON}{END}'
        ),
        READ,
    ),
    "row without number": (lambda: sheet('<row r="nan"/>'), DAMAGED),
    "row number infinite": (lambda: sheet('<row r="1e999"/>'), DAMAGED),
    "row number of words": (lambda: sheet('<row r="two"/>'), DAMAGED),
    "cell in column ZZZ": (lambda: row('<c r="ZZZ2"><v>1</v></c>'), READ),
    "cell in no column": (lambda: row('<c r="ZZZZ2"><v>1</v></c>'), DAMAGED),
    "cell at no place": (lambda: row('<c r="x"><v>1</v></c>'), DAMAGED),
    "string beyond the last": (lambda: row('<c r="A2" t="s"><v>9</v></c>'), DAMAGED),
    "string before the first": (lambda: row('<c r="A2" t="s"><v>-1</v></c>'), DAMAGED),
    "string of no number": (lambda: row('<c r="A2" t="s"><v>x</v></c>'), DAMAGED),
    "style beyond the last": (lambda: row('<c r="A2" s="99"><v>1</v></c>'), READ),
    "style of no number": (lambda: row('<c r="A2" s="x"><v>1</v></c>'), DAMAGED),
    "number without end": (lambda: row('<c r="A2"><v>1e999</v></c>'), READ),
    "number of words": (lambda: row('<c r="A2"><v>nueve</v></c>'), DAMAGED),
    "date of words": (lambda: row('<c r="A2" t="d"><v>ayer</v></c>'), DAMAGED),
    "type unknown": (lambda: row('<c r="A2" t="x"><v>1</v></c>'), READ),
    "titles in 16,384 columns": (
        lambda: row("", '<row r="1">' + '<c t="str"><v>fono</v></c>' * 16_384 + "</row>"),
        WIDE,
    ),
    "sheet that is no XML": (lambda: workbook(sheet="fono;nombre"), DAMAGED),
    "sheet cut": (lambda: workbook(sheet=SHEET + _PERSON), DAMAGED),
    "sheet in UTF-16": (
        lambda: workbook(sheet='<?xml version="1.0" encoding="utf-16"?>' + SHEET + END),
        DAMAGED,
    ),
    "workbook without sheets": (lambda: workbook(book=f"<workbook {MAIN}/>"), DAMAGED),
    "workbook that is a chart": (chart_alone, "holds a chart"),
    "workbook without types": (lambda: workbook(types="<Types/>"), DAMAGED),
    "archive cut": (lambda: workbook()[:-30], DAMAGED),
    "archive cut in half": (lambda: workbook()[:900], DAMAGED),
    "way of packing unknown": (lambda: with_byte(workbook(), b"PK\x01\x02", 6, 99), DAMAGED),
    "sums that are wrong": (lambda: with_byte(workbook(), b"PK\x01\x02", 12, 0), DAMAGED),
    "data that do not unpack": (lambda: with_byte(workbook(), b"sheet1.xml", 20, 255), DAMAGED),
    "archive in an archive": (lambda: workbook(**{"lista.zip": "PK\x03\x04"}), READ),
    "part outside of the archive": (lambda: workbook(**{"../../etc/passwd": "x"}), READ),
    "zeros": (lambda: b"\0" * MB, "This is not a table"),
    "zero after the head": (lambda: b"fono\n" + b"1\n" * 2**16 + b"\0", "This is not a table"),
    "bytes of 255": (lambda: b"fono\n" + b"\xfe" * 99_999, "accents cannot be told"),
    "all bytes": (lambda: bytes(range(1, 256)) * 99, "accents cannot be told"),
    "cell of 2 MB": (lambda: b"fono\n" + b"9" * (2 * MB), LONG_LINE),
    "100,000 columns": (lambda: b"fono" + b",x" * 100_000 + b"\n1\n", WIDE),
    "cells beside the titles": (lambda: b"fono,x\n1" + b",2" * 100_000, READ),
    "UTF-16 of half a letter": (lambda: b"\xff\xfe" + b"f", "accents are lost"),
}

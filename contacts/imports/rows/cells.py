"""Cells on one line; those by which people and programs say “nothing” are empty.

The errors of a spreadsheet, the null of a program and a dash are no name, email or model.
"""

import html
import re
from collections.abc import Sequence

from waproject.core.exports.spreadsheets import GUARDED_START, unguarded_cell
from waproject.core.text.invisible import shows_nothing_in, visible

# What people write for nothing, in any case.
_WRITTEN = (
    *(
        "-",
        "--",
        "---",
        "- -",
        "—",
        "–",
        "−",
        ".",
        "..",
        "...",
        "…",
        "_",
        "__",
        "?",
        "??",
        "/",
        "//",
    ),
    *(
        "n/a",
        "n.a.",
        "n.a",
        "n/d",
        "n.d.",
        "n/i",
        "n/r",
        "s/i",
        "s.i.",
        "s/n",
        "s/d",
        "s.d.",
        "s/r",
    ),
    *("s/e", "sin datos", "sin dato", "sin info", "sin registro", "sin especificar", "sin correo"),
    *("sin nombre", "sin información", "sin informacion", "no informado", "no tiene", "no aplica"),
    *("no registra", "no disponible", "no especificado", "no especifica", "no informa", "no data"),
    *("no name", "unknown", "desconocido", "sin email", "sin mail", "seleccione", "seleccione..."),
    *("-- seleccione --", "[null]", "[none]", "<none>", "<empty>", "<vacío>", "(sin nombre)"),
    *("(ninguno)", "(ninguna)", "-none-", "--none--", "-- none --", "-ninguno-", "--ninguno--"),
    *("(unknown)", "(no name)", "[sin nombre]", "não informado", "sem nome", "sem dados"),
    *("null", "(null)", "<null>", "nil", "<nil>", "none", "(none)", "undefined", "(undefined)"),
    *("(en blanco)", "(vacío)", "(vacio)", "(vacía)", "(vacías)", "(blank)", "(empty)", "(leer)"),
    *("(vide)", "(vuoto)", "(em branco)", "(vazio)", "[vacío]", "[blank]"),
)
# What programs write for nothing, in their own spelling alone: `Nan`, `Null` and `Na` are people.
_PRINTED = (
    "NaN",
    "nan",
    "NAN",
    "-nan",
    "NaT",
    "<NA>",
    "<NaN>",
    "<NaT>",
    "NA",
    "\\N",
    "<na>",
    "[object Object]",
    # Both names of a person, joined by a program.
    *("null null", "undefined undefined", "nan nan", "NaN NaN", "None None", "NULL NULL"),
)
_OF_PEOPLE = frozenset(("Null", "Nil"))
_NOTHING = frozenset(
    spelling
    for word in _WRITTEN
    for spelling in (
        *(word, word.upper(), word.capitalize(), word.title()),
        word[:1] + word[1:].capitalize(),
    )
) - _OF_PEOPLE | frozenset(_PRINTED)
# `#N/A`, `#¡REF!`, `#¿NOMBRE?`, `#WERT!`, `#DESBORDAMIENTO!`: a hash, capitals, and mostly a sign
# at the end; those without one are listed. `####` is what a narrow column shows of anything.
_EXCEL_ERROR = re.compile(
    r"=?#[!¡¿]?[^\W\d_a-z][^\Wa-z]*(?:[/-][^\Wa-z]+)?[!?]"
    r"|=?#(?:N/A|N/D|N/DISP|NV|N\.V\.|NA|ND|Н/Д|НД|I/T|N/B|YOK|BRAK|HIÁNYZIK|NEDOSTUPNÝ)[!.]?"
    r"|#(?:n/a|n/d|REF|VALUE|NAME|NUM|NULL|DIV/0|ERROR|ERR|DATENABRUF|SINTAXIS|OCUPADO)"
    r"|#[^\W\d_a-z]+(?:_[^\W\d_a-z]+)+|#+"
    r"|(?:Err|Error|Fehler|Erreur|Erro|Errore):\s?[0-9]{3}"
    r"|(?:Loading|Cargando|Carregando|Chargement|Wird geladen)(?:\.\.\.|…)"
)
_MAY_BE_ERROR = ("#", "=#", "Er", "Fe", "Lo", "Ca", "Ch", "Wi")
_LONGEST_ERROR = 40
# To look at all the cells of a row at once. A cell that has the sign itself may be looked at twice,
# no more; a Latin one, so that `shows_nothing_in` is quick.
_JOINT = "\N{BROKEN BAR}"
_BLANK_BEHIND = f" {_JOINT}"
_UNTIDY = re.compile(
    f"{_JOINT}(?: |{GUARDED_START}|=?#|Err|Fehler:|Loading|Ca(?:rgan|rregan)do|Chargement|Wird )"
)
# `&ntilde;` and `&amp;`, as web shops and forms write signs into their lists.
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")


def clean_row(cells: Sequence[str]) -> Sequence[str]:
    """Every cell as `clean` leaves it; most rows are clean as they are, which is quick to see."""
    text = _JOINT.join(("", *cells, ""))
    is_tidy = (
        _NOTHING.isdisjoint(cells)
        and "  " not in text
        and _BLANK_BEHIND not in text
        and not _UNTIDY.search(text)
        and not ("&" in text and _ENTITY.search(text))
        and not shows_nothing_in(text)
    )
    return cells if is_tidy else [clean(cell) for cell in cells]


def clean(cell: str) -> str:
    """The cell on one line, with single spaces and without what nobody sees.

    It is empty when it stands for nothing.

    The apostrophe that an export puts before `=` and the like is taken off again.
    """
    return tidy(unguarded_cell(cell.strip()))


def tidy(text: str) -> str:
    """As `clean`, but an apostrophe in front is the text's own."""
    text = text.strip()
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text).strip()
    if "  " in text or shows_nothing_in(text):
        text = visible(text)
    if text in _NOTHING:
        return ""
    return "" if text.startswith(_MAY_BE_ERROR) and _is_error(text) else text


def _is_error(text: str) -> bool:
    return len(text) <= _LONGEST_ERROR and _EXCEL_ERROR.fullmatch(text) is not None

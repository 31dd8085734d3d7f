"""Cells that a spreadsheet program shows as text instead of running them."""

import re

# A spreadsheet reads a cell with one of these in front as a formula; OWASP "CSV Injection".
_FORMULA_SIGNS = r"[=+\-@\t\r\n＝＋－＠]"
# Apostrophes in front count too, so that each text has one guarded form and comes back from it.
_NEEDS_GUARD = re.compile(f"'*{_FORMULA_SIGNS}")
GUARDED_START = f"'+{_FORMULA_SIGNS}"
_IS_GUARDED = re.compile(GUARDED_START)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def safe_cell(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would take it for a formula.

    A phone in E.164 stays as it is: it is no formula that could do harm, and other programs must
    be able to read it back. `unguarded_cell` gives back the text exactly.
    """
    if _NEEDS_GUARD.match(text) and not _E164.fullmatch(text):
        return f"'{text}"
    return text


def unguarded_cell(cell: str) -> str:
    """The text of which `safe_cell` made this cell."""
    return cell[1:] if _IS_GUARDED.match(cell) else cell

"""Cells that a spreadsheet program shows as text instead of running them."""

import re

# A spreadsheet reads a cell with one of these in front as a formula; OWASP "CSV Injection".
_STARTS_A_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def safe_cell(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would take it for a formula.

    A phone in E.164 stays as it is: it is no formula that could do harm, and other programs must
    be able to read it back.
    """
    if _STARTS_A_FORMULA.match(text) and not _E164.fullmatch(text):
        return f"'{text}"
    return text

"""Prices, dates, years and mileages, as people write them side by side."""

import re

_YEAR = r"(?:19|20)\d\d"
_DATE = (
    r"(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}"
    r"|[0-3]?\d[-/.][01]?\d[-/.]\d\d)"
)
_APART = r"[ \t\r\n,*|./-]{1,6}"
_IN_A_LIST = r"(?:,\s+|[ \r]*[\t\n*|][\s*|]*)"
_FIGURES = [
    re.compile(rf"{figure}(?:{apart}|\Z)")
    for figure, apart in [
        (rf"(?:[0-5]\d[\s,]{{1,6}})?{_DATE}", _APART),  # the minutes before it
        (rf"(?:[0-5]\d[\s,]{{1,6}})?{_DATE}[\s,]{{1,6}}[0-2]?\d", _APART),  # the hour after it
        (r"[1-9]\d?(?:(?:\.\d{3}){2}|(?: \d{3}){2}|(?:,\d{3}){2})", _APART),
        (r"[1-9]\d{0,2}[., ]\d{3}", _APART),
        (r"[1-9]\d{1,3}000", _APART),
        (r"\d[.,]\d", _APART),
        (_YEAR, _APART),
        (rf"{_YEAR}[ \t\r\n,-]{{1,6}}\d{{5,6}}", _APART),  # the kilometres after it
        (r"(?:\A|(?<=, )|(?<=[\t\n*|]))[1-9]\d?", _IN_A_LIST),
    ]
]


def are_figures(run: str) -> bool:
    """Whether a run of digits can be read as figures from its first to its last digit.

    Each place is looked at once, so that the time is linear in the length.
    """
    reached = {0}
    for start in range(len(run)):
        if start in reached:
            ends = (figure.match(run, start) for figure in _FIGURES)
            reached.update(end.end() for end in ends if end)
    return len(run) in reached

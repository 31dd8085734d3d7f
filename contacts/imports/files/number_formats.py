"""What a person sees in a cell of a workbook whose format writes digits of its own.

A phone's country often stands in the format alone: 912345678 under `"+51 "000000000` is shown as
+51 912345678. Only formats that show such signs, or zeros in front, matter here; the grouping and
the currency of a price do not.

Formats are those of ECMA-376, part 1, 18.8.31.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

_LONGEST = 255  # Excel's own limit
_PIECES = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_.|\*.'
    r"|(?P<general>General)|(?P<place>[0#?])|(?P<end>;)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": le, ">=": ge, "<>": ne, "<": lt, ">": gt, "=": eq,
}  # fmt: skip
# Signs that make of the number something else than its digits: a date, a share, a power, a text.
_OTHER_KINDS = frozenset("ymdhsYMDHSeE%/@GgBb")
_PADDED_PLACES = 5


class _Section(NamedTuple):
    """One of the formats between semicolons; `pieces` are literals, or a place for a digit."""

    condition: tuple[str, float] | None
    pieces: tuple[str, ...]

    def holds(self, value: float) -> bool:
        return self.condition is not None and _COMPARE[self.condition[0]](value, self.condition[1])


def shown_number(value: float, mask: str) -> str | None:
    """The text that a whole number shows under the format `mask`.

    None when the format adds nothing to its digits, or makes something else of it.
    """
    if not float(value).is_integer() or abs(value) >= 10**15:
        return None
    section = _section_for(value, _sections(mask)) if len(mask) <= _LONGEST else None
    return _filled(str(abs(int(value))), section.pieces) if section else None


def shown_text(value: str, mask: str) -> str | None:
    """What a cell of text shows under `mask`, of which `@` is the place of the text.

    None when the format adds no digits to it.
    """
    if "@" not in mask or len(mask) > _LONGEST:
        return None
    parts = _text_parts(mask)
    return value.join(parts) if len(parts) > 1 and _say_digits("".join(parts)) else None


@lru_cache(maxsize=1_024)
def _text_parts(mask: str) -> tuple[str, ...]:
    """What the last section has around each `@`; one part alone when it has no `@`."""
    parts: list[str] = []
    for piece in _PIECES.finditer(mask):
        if piece["end"]:
            parts = []
        elif piece["plain"] == "@":
            parts = [*(parts or [""]), ""]
        else:
            parts = parts or [""]
            parts[-1] += _piece(piece).removeprefix("=")
    return tuple(parts)


def _say_digits(literals: str) -> bool:
    return any(char.isdigit() or char in "+＋" for char in literals)


def _section_for(value: float, sections: tuple[_Section, ...]) -> _Section | None:
    if any(section.condition for section in sections):
        held = (section for section in sections if section.holds(value))
        last = (section for section in sections if section.condition is None)
        return next(held, next(last, None))
    if value < 0:
        return sections[1] if len(sections) > 1 else None
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


@lru_cache(maxsize=1_024)
def _sections(mask: str) -> tuple[_Section, ...]:
    groups: list[list[re.Match[str]]] = [[]]
    for piece in _PIECES.finditer(mask):
        if piece["end"]:
            groups.append([])
        else:
            groups[-1].append(piece)
    return tuple(map(_section, groups))


def _section(pieces: list[re.Match[str]]) -> _Section:
    brackets = [piece["bracket"] for piece in pieces if piece["bracket"] is not None]
    compared = next(filter(None, map(_CONDITION.fullmatch, brackets)), None)
    condition = (compared[1], float(compared[2])) if compared else None
    if any(piece["plain"] in _OTHER_KINDS for piece in pieces if piece["plain"]):
        return _Section(condition, ())
    return _Section(condition, tuple(map(_piece, pieces)))


def _piece(piece: re.Match[str]) -> str:
    if piece["general"]:
        return "#"  # of a whole number it shows the digits
    if piece["place"] or piece["plain"] == ".":
        return piece["place"] or "."
    if piece["bracket"] is not None:
        return _literal(_currency(piece["bracket"]))
    return _literal(piece["quoted"] or piece["escaped"] or piece["plain"] or "")


def _literal(text: str) -> str:
    """The text marked as one, so that a literal 0 is no place for a digit; a comma groups only."""
    return f"={text}" if text and text != "," else ""


def _currency(bracket: str) -> str:
    """The sign of `[$+56-340A]`; a colour, a locale alone or a condition shows nothing."""
    return bracket[1:].partition("-")[0] if bracket.startswith("$") else ""


def _filled(digits: str, pieces: tuple[str, ...]) -> str | None:
    """The digits put into the places from the right, the first place taking what is left."""
    if "." in pieces:
        pieces = pieces[: pieces.index(".")]  # a whole number has nothing but zeros behind it
    places = [at for at, piece in enumerate(pieces) if piece and not piece.startswith("=")]
    literals = "".join(piece[1:] for piece in pieces if piece.startswith("="))
    zeros = sum(pieces[at] == "0" for at in places)
    says_digits = _say_digits(literals)
    if not places or not (says_digits or zeros >= _PADDED_PLACES):
        return None
    if not says_digits and len(digits) >= zeros:
        return None
    shown = list(pieces)
    for at in reversed(places[1:]):
        digits, shown[at] = digits[:-1], digits[-1:] or _empty(pieces[at])
    shown[places[0]] = digits or _empty(pieces[places[0]])
    return "".join(piece.removeprefix("=") for piece in shown)


def _empty(place: str) -> str:
    return {"0": "0", "?": " "}.get(place, "")

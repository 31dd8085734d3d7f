"""Documents as PDF: titled sections of facts, with page numbers."""

import logging
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF, XPos, YPos

# What stands on the left, and what on the right of it; an empty fact is left out.
Fact = tuple[str, str]

FONTS = Path(__file__).parent / "fonts"
# It tells of each table of a font that it leaves out.
logging.getLogger("fontTools").setLevel(logging.WARNING)
_FAMILY = "DejaVu"
_REGULAR, _BOLD = FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSans-Bold.ttf"
_LABEL_WIDTH = 45
_LINE = 5


class Document(FPDF):
    """One PDF on A4, in the language of now."""

    def __init__(self, title: str, *, author: str) -> None:
        super().__init__(format="A4")
        self._heading = readable(title)
        self._pages = _("Page %(page)s of %(pages)s")
        self.add_font(_FAMILY, "", _REGULAR)
        self.add_font(_FAMILY, "B", _BOLD)
        self.set_margins(20, 18)
        self.set_auto_page_break(auto=True, margin=20)
        self.set_title(self._heading)
        self.set_author(readable(author))
        self.set_lang(translation.get_language() or "")
        self.set_creation_date(timezone.now())
        self.add_page()
        self._line(self._heading, size=16, bold=True)

    def footer(self) -> None:
        """The title and the number of each page."""
        self.set_y(-14)
        self.set_font(_FAMILY, "", 8)
        page = self._pages % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(0, _LINE, self._heading)
        self.set_x(self.l_margin)
        self.cell(0, _LINE, page, align="R")

    def section(self, title: str, facts: Iterable[Fact]) -> None:
        """A title, and below it each fact that there is."""
        self.ln(3)
        self._line(title, size=11, bold=True)
        for label, value in facts:
            if value:
                self._fact(label, value)

    def paragraph(self, text: str) -> None:
        self.ln(3)
        self._line(text, size=10)

    def content(self) -> bytes:
        """The finished file."""
        return bytes(self.output())

    def _fact(self, label: str, value: str) -> None:
        if self.will_page_break(_LINE):
            self.add_page()
        top, page = self.get_y(), self.page
        self.set_font(_FAMILY, "B", 9)
        self.multi_cell(
            _LABEL_WIDTH - 2, _LINE, readable(label), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        below = self.get_y()
        self.page = page
        self.set_xy(self.l_margin + _LABEL_WIDTH, top)
        self.set_font(_FAMILY, "", 9)
        self.multi_cell(0, _LINE, readable(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self.page == page:
            self.set_y(max(self.get_y(), below))

    def _line(self, text: str, *, size: int, bold: bool = False) -> None:
        self.set_font(_FAMILY, "B" if bold else "", size)
        text = readable(text)
        self.multi_cell(0, size * 0.6, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def readable(text: str) -> str:
    """The text as the font can show it: what it lacks is named, an emoji as [U+1F697 AUTOMOBILE].

    Nothing of a message is lost but marks that are never seen.
    """
    return "".join(map(_shown, text.replace("\r\n", "\n").replace("\r", "\n")))


@cache
def _shown(char: str) -> str:
    if char == "\n":
        return char
    if char == "\t":
        return " "
    if unicodedata.category(char) in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f":
        return ""
    if ord(char) in _glyphs():
        return char
    return f"[U+{ord(char):04X} {unicodedata.name(char, '')}]".replace(" ]", "]")


@cache
def _glyphs() -> frozenset[int]:
    """What the font can show; the bold one is for our own words."""
    with TTFont(_REGULAR, lazy=True) as font:
        return frozenset(font.getBestCmap())

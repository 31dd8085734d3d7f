"""Characters that a reader does not see, by Unicode's properties rather than by a list of finds."""

import unicodedata
from collections.abc import Iterator

# Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), which Python's
# `unicodedata` does not give: fillers, joiners, selectors, tags, marks of direction.
_IGNORABLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_BRAILLE_BLANK = "\u2800"
# Marks upon one letter; languages have up to three. To put thousands in order takes minutes.
_MOST_MARKS = 8
# Those that Python counts as printable.
_PRINTABLE = frozenset(
    char
    for first, last in (*_IGNORABLE, (ord(_BRAILLE_BLANK), ord(_BRAILLE_BLANK)))
    for char in map(chr, range(first, last + 1))
    if char.isprintable()
)


def is_invisible(char: str) -> bool:
    """Whether `char` takes no room on paper: a control, a format mark, a filler, a private sign.

    White space is not invisible: it parts words. See `is_blank`.
    """
    code = ord(char)
    if any(first <= code <= last for first, last in _IGNORABLE):
        return True
    return not char.isspace() and unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"}


def shows_nothing_in(text: str) -> bool:
    """Whether `text` has a character that `visible` would drop or replace by a space."""
    if not text.isprintable():
        return True
    return not _is_latin(text) and not _PRINTABLE.isdisjoint(text)


def _is_latin(text: str) -> bool:
    """Whether all of it is in Latin-1: most lists are, and this is the quickest way to see it."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def is_blank(char: str) -> bool:
    """Whether `char` is room between words: white space of any width, or Braille's empty cell."""
    return char.isspace() or char == _BRAILLE_BLANK


def visible(text: str) -> str:
    """`text` without invisible characters, on one line and with single spaces.

    What shows nothing at all becomes "". Accents are put together with their letters (NFC).
    """
    if shows_nothing_in(text):
        text = text.translate(_SHOWN)
    text = " ".join(text.split())
    # Latin-1 has no marks to put together, or to count.
    return text if _is_latin(text) else unicodedata.normalize("NFC", "".join(_with_few_marks(text)))


class _Shown(dict[int, str | None]):
    """What is shown in place of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        self[code] = shown = " " if is_blank(char) else None if is_invisible(char) else char
        return shown


_SHOWN = _Shown()


def _with_few_marks(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            yield char

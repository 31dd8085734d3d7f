"""Words that are the same in any case, with or without accents: “tucson”, “TUCSON”."""

import unicodedata
from collections.abc import Iterable


def same_words(typed: Iterable[str], stored: Iterable[str]) -> list[str]:
    """The stored spellings of what was typed.

    An equality on them can use an index; a comparison of folded text cannot.
    """
    wanted = {folded(text) for text in typed}
    return [text for text in stored if folded(text) in wanted]


def folded(text: str) -> str:
    """A text in small letters without accents, whatever its spaces: the same for the same words."""
    decomposed = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))

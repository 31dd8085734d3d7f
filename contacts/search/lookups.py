"""A way of finding text that the admin's searches need and that both databases do fast."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

from waproject.core.db.prefix import glob_escape

_ACCENTED = {
    "a": "áàâãäå",
    "c": "ç",
    "e": "éèêë",
    "i": "íìîï",
    "n": "ñ",
    "o": "óòôõö",
    "u": "úùûü",
    "y": "ýÿ",
}
# Telephones write O’Higgins, lists O'Higgins, and some O´Higgins.
_ALIKE = ("'’‘‛´`ʼ′", "-‐‑‒–—−")
_WRITTEN_ALIKE = {char: chars for chars in _ALIKE for char in chars}


@CharField.register_lookup
@TextField.register_lookup
class Sounds(Lookup):
    """`name__sounds="perez"`: contains this text, whatever its case and accents ("Juan PÉREZ").

    Apostrophes and dashes are alike too, however a program curls or stretches them.
    """

    lookup_name = "sounds"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        # Eight times faster than LIKE over TRANSLATE(LOWER(...)).
        return f"{left} ~ %s", (*params, _any_form(str(self.rhs), escape=re.escape))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} GLOB %s", (*params, f"*{_any_form(str(self.rhs), escape=glob_escape)}*")


def sounds(name: str, text: str) -> bool:
    """The same for a name that is here: whether it contains the text."""
    return re.search(_any_form(text, escape=re.escape), name) is not None


def place_of(text: str, name: str) -> int:
    """Where in a name the text begins, however it is written there; 0 where it does not stand."""
    found = re.search(_any_form(text, escape=re.escape), name)
    return found.start() if found else 0


def struck_out(text: str, names: Iterable[str], instead: str) -> str:
    """The text with something else in the place of these names, however they are written there."""
    for name in names:
        text = re.sub(_any_form(name, escape=re.escape), lambda _found: instead, text)
    return text


def _any_form(text: str, escape: Callable[[str], str]) -> str:
    """A pattern of the text: for each letter the class of all the ways to write it."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_form_of(char, escape) for char in composed)


def _form_of(char: str, escape: Callable[[str], str]) -> str:
    if alike := _WRITTEN_ALIKE.get(char):
        # A hyphen at the end of a class stands for itself, in GLOB and in regular expressions.
        return f"[{''.join(sorted(alike, key='-'.__eq__))}]"
    return _class_of(char) if char.isalpha() else escape(char)


def _class_of(letter: str) -> str:
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    written = [letter, plain, *_ACCENTED.get(plain, "")]
    forms = [form for one in written for form in (one, one.lower(), one.upper())]
    return "[" + "".join(dict.fromkeys(form for form in forms if len(form) == 1)) + "]"

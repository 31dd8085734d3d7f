"""Two ways of finding text that the admin's searches need and that both databases do fast."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler

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
_LAST_CHARACTER = "\U0010ffff"
# Telephones write O’Higgins, lists O'Higgins, and some O´Higgins.
_ALIKE = ("'’‘‛´`ʼ′", "-‐‑‒–—−")
_WRITTEN_ALIKE = {char: chars for chars in _ALIKE for char in chars}


@CharField.register_lookup
class Prefix(Lookup):
    """`phone__prefix="+569754"`: begins with this text, letter for letter, by the index.

    On SQLite `startswith` is a LIKE, which ignores case and so cannot use the column's index.
    """

    lookup_name = "prefix"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """By the order of the characters' codes: below row-level security LIKE uses no index."""
        left, params = self.process_lhs(compiler, connection)
        first = str(self.rhs)
        bounds = (*params, first, *params, first + _LAST_CHARACTER)
        return f"({left} ~>=~ %s AND {left} ~<~ %s)", bounds

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        pattern = "".join(map(_glob_escape, str(self.rhs)))
        return f"{left} GLOB %s", (*params, f"{pattern}*")


@CharField.register_lookup
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
        return f"{left} GLOB %s", (*params, f"*{_any_form(str(self.rhs), escape=_glob_escape)}*")


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


def _glob_escape(char: str) -> str:
    return f"[{char}]" if char in "*?[" else char

"""Two ways of finding text that the admin's searches need and that both databases do fast."""

import unicodedata
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


@CharField.register_lookup
class Prefix(Lookup):
    """`phone__prefix="+569754"`: begins with this text, letter for letter, by the index.

    On SQLite `startswith` is a LIKE, which ignores case and so cannot use the column's index.
    """

    lookup_name = "prefix"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        pattern = connection.ops.prep_for_like_query(str(self.rhs)) + "%"
        return f"{left} LIKE %s", (*params, pattern)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        pattern = "".join(f"[{char}]" if char in "*?[" else char for char in str(self.rhs))
        return f"{left} GLOB %s", (*params, f"{pattern}*")


@CharField.register_lookup
class Sounds(Lookup):
    """`name__sounds="perez"`: contains this text, whatever its case and accents ("Juan PÉREZ")."""

    lookup_name = "sounds"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        accented = "".join(_ACCENTED.values())
        plain = "".join(letter * len(forms) for letter, forms in _ACCENTED.items())
        pattern = "%" + connection.ops.prep_for_like_query(_plain(str(self.rhs))) + "%"
        return f"TRANSLATE(LOWER({left}), %s, %s) LIKE %s", (*params, accented, plain, pattern)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        left, params = self.process_lhs(compiler, connection)
        pattern = "".join(map(_any_form, _plain(str(self.rhs))))
        return f"{left} GLOB %s", (*params, f"*{pattern}*")


def _plain(text: str) -> str:
    """Lower case, without accents: "Peña" is "pena"."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _any_form(char: str) -> str:
    """GLOB's class of all the ways to write a letter."""
    if not char.isalpha():
        return f"[{char}]" if char in "*?[" else char
    forms = char + _ACCENTED.get(char, "")
    return f"[{forms}{forms.upper()}]"

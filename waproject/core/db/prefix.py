"""`field__prefix="text"`: a column that begins with a text, found by its index."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler

_LAST_CHARACTER = "\U0010ffff"


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
        pattern = "".join(map(glob_escape, str(self.rhs)))
        return f"{left} GLOB %s", (*params, f"{pattern}*")


def glob_escape(char: str) -> str:
    """The character as itself in a pattern of SQLite's GLOB."""
    return f"[{char}]" if char in "*?[" else char

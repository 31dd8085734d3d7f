"""Expressions that the ORM lacks."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, Func, TextField


class OwnText(Func):
    """For each row the text that a mapping has for its value of column `by`; null where none.

    One parameter whatever the number of rows, where a CASE has a branch to compile, and to try,
    for each of them. The keys hold no quotes.
    """

    output_field = TextField()

    def __init__(self, by: str, texts: Mapping[Any, str]) -> None:
        super().__init__(F(by))
        self.document = json.dumps({str(key): text for key, text in texts.items()})

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"""json_extract(%s, '$."' || {column} || '"')""", [self.document, *parameters]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"(%s::jsonb ->> {column}::text)", [self.document, *parameters]


class AmongCodes(Func):
    """The condition that a column is one of these codes of ours, for `filter`.

    They stand in the statement itself: SQLite takes an index with a condition only where the
    statement repeats that condition word for word, not with parameters.
    """

    output_field = BooleanField()

    def __init__(self, column: str, codes: Iterable[str]) -> None:
        super().__init__(F(column))
        self.codes = ", ".join(f"'{str.__str__(code)}'" for code in codes)

    def as_sql(self, compiler: Any, connection: Any, *given: Any, **context: Any) -> Any:
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{column} IN ({self.codes})", parameters


class PartOfTime(Func):
    """The number of the part of time, of so many seconds each since 1970, in which a moment lies.

    SQLite truncates a moment by a function in Python, which for 30,000 rows takes a third of a
    second; this is arithmetic of its own.
    """

    output_field = BigIntegerField()

    def __init__(self, moment: str, seconds: int) -> None:
        super().__init__(F(moment))
        self.seconds = seconds

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        moment, parameters = compiler.compile(self.source_expressions[0])
        # Without its fraction, which SQLite would round to the next second.
        second = f"strftime('%%s', substr({moment}, 1, 19))"
        return f"CAST({second} AS INTEGER) / {self.seconds:d}", parameters

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        moment, parameters = compiler.compile(self.source_expressions[0])
        return f"FLOOR(EXTRACT(EPOCH FROM {moment}) / {self.seconds:d})::bigint", parameters

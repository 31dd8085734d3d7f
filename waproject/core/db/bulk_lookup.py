"""Many values in one condition: one parameter whatever their number, so one statement for all.

`Among` and `each` are for the ORM, `is_among` and `as_parameter` for statements written as text.
"""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL

T = TypeVar("T", int, str)
_COLUMN = {int: "bigint", str: "text"}


def each(kind: type[T], values: Iterable[T]) -> RawSQL:
    """The values, all of one kind, as a subquery of one parameter for `__in`; there may be none.

    The ORM's own list prepares every value in Python, and the database parses every placeholder.
    """
    if connection.vendor == "postgresql":
        sql = f"SELECT jsonb_array_elements_text(%s::jsonb)::{_COLUMN[kind]}"
    else:
        sql = "SELECT value FROM json_each(%s)"
    return RawSQL(sql, [json.dumps(list(values))])  # noqa: S611  no value is part of it


class Among(Func):
    """The condition that a column is one of the values, all of one kind; for `filter`.

    The ORM's own `__in` takes twice as long in Python for some hundred values: it prepares each,
    and the driver binds each. `each` reads as a subquery, of which PostgreSQL guesses the length;
    here it sees the list, and plans for its length.
    """

    output_field = BooleanField()

    def __init__(self, column: str, kind: type[T], values: Iterable[T]) -> None:
        super().__init__(F(column))
        self.column_type = _COLUMN[kind]
        self.values: list[Any] = list(values)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        return (
            f"{column} IN (SELECT value FROM json_each(%s))",  # noqa: S608
            [*parameters, json.dumps(self.values)],
        )

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        array = as_array(self.values)
        return f"{column} = ANY(%s::{self.column_type}[])", [*parameters, array]


def as_array(values: Iterable[str | int]) -> str:
    """The values as PostgreSQL writes an array: the driver takes far longer over a list."""
    return "{" + ",".join([_as_element(value) for value in values]) + "}"


def _as_element(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_among(column: str) -> str:
    """The condition, with one placeholder for what `as_parameter` gives."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608


def as_parameter(values: Iterable[str | int]) -> Any:
    """The list of values, as the database's driver takes it."""
    several = list(values)
    return several if connection.vendor == "postgresql" else json.dumps(several)

"""Many values in one condition: one parameter whatever their number, so one statement for all.

`each` is for the ORM, `is_among` and `as_parameter` for statements written as text.
"""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection
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


def is_among(column: str) -> str:
    """The condition, with one placeholder for what `as_parameter` gives."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608


def as_parameter(values: Iterable[str | int]) -> Any:
    """The list of values, as the database's driver takes it."""
    several = list(values)
    return several if connection.vendor == "postgresql" else json.dumps(several)

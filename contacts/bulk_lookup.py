"""Many values in one condition."""

import json
from collections.abc import Iterable
from typing import TypeVar

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

"""Whether a column's value is one of a list, in statements written as text.

One parameter whatever the length of the list, so that the statement stays the same.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection


def is_among(column: str) -> str:
    """The condition, with one placeholder for what `as_parameter` gives."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608


def as_parameter(values: Iterable[str | int]) -> Any:
    """The list of values, as the database's driver takes it."""
    several = list(values)
    return several if connection.vendor == "postgresql" else json.dumps(several)

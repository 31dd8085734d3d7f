"""What SQLite must know of the indexes that begin with the tenant.

Without statistics SQLite takes every first column of an index for one that leaves ten rows. The
tenant leaves most of them: a look for 5,000 people by their ids walked through the index of the
tenant instead, and a launch of 100,000 took minutes instead of seconds.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import BooleanField, Field

# As many rows as SQLite supposes in a table of which it knows nothing.
_ROWS = 1_048_576
# Few enough that a list of one tenant is read by its index, and so many that rows which are named
# by anything else are not.
_OF_A_TENANT = 20_000
# Of the indexes that say no more than the tenant one has the rows in the order in which they lie.
_OF_A_TENANT_IN_ORDER = 16_000
# An index with a condition has few of them.
_OF_A_TENANT_AND_CONDITION = 10_000
# No index is walked once for each tenant where the condition of a joined table names none: a report
# of a small business read all the people of a large one.
_NOT_BY_SKIPPING = "noskipscan"
# A column with few values leaves a good part of them: a list in the order of another index is not
# sorted for it.
_OF_A_CHOICE = 8_000
# How many rows each further column leaves: SQLite's own guesses, as if the tenant were not there.
_LEFT = (10, 9, 8, 7, 6)
_LEFT_BY_MORE = 5


def describe_tenant_indexes(*, using: str, **kwargs: Any) -> None:
    """Write down, after each migration, that the tenant of a row says little about the row.

    The rows go where ANALYZE puts its own, and every new connection reads them. Nothing to do on
    PostgreSQL, which counts by itself.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    choices = _columns_with_few_values()
    with connection.cursor() as cursor:
        _make_table_of_statistics(cursor)
        described = [
            (one.table, one.name, _statistics(one, choices.get(one.table, ())))
            for one in _indexes(cursor)
            if one.columns[0] == "tenant_id"
        ]
        # Those of other tables stay as an operator's own ANALYZE has left them.
        tables = [(table,) for table in sorted({table for table, _index, _stat in described})]
        cursor.executemany("DELETE FROM sqlite_stat1 WHERE tbl = %s", tables)
        cursor.executemany(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", described
        )
        cursor.execute("ANALYZE sqlite_schema")  # reads them again


def _make_table_of_statistics(cursor: Any) -> None:
    """Only ANALYZE can make it. What that says of the table that it looks at is not kept."""
    cursor.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone()[0]:
        cursor.execute("ANALYZE tenants")
        cursor.execute("DELETE FROM sqlite_stat1")


@dataclass
class _Index:
    """An index of a table; `is_partial` when it has rows of one condition alone."""

    table: str
    name: str
    is_unique: bool
    is_partial: bool
    columns: list[str | None] = field(default_factory=list)


def _indexes(cursor: Any) -> list[_Index]:
    cursor.execute(
        'SELECT tables.name, indexes.name, indexes."unique", indexes.partial, columns.name'
        " FROM sqlite_schema tables, pragma_index_list(tables.name) indexes,"
        " pragma_index_info(indexes.name) columns"
        " WHERE tables.type = 'table' ORDER BY tables.name, indexes.name, columns.seqno"
    )
    found: dict[str, _Index] = {}
    for table, name, is_unique, is_partial, column in cursor.fetchall():
        index = found.setdefault(name, _Index(table, name, bool(is_unique), bool(is_partial)))
        index.columns.append(column)
    return [*found.values()]


def _columns_with_few_values() -> dict[str, set[str]]:
    """The columns of each table that hold a choice, or yes or no."""
    return {
        model._meta.db_table: {
            str(one.column) for one in model._meta.concrete_fields if _has_few_values(one)
        }
        for model in apps.get_models(include_auto_created=True)
    }


def _has_few_values(column: "Field[Any, Any]") -> bool:
    kept = getattr(column, "output_field", column)  # of a column that the database computes
    return bool(column.choices) or isinstance(kept, BooleanField)


def _statistics(index: _Index, choices: Collection[str | None]) -> str:
    """How many rows the index has, and how many have the same first column, first two, ..."""
    further = index.columns[1:]
    left = [_LEFT[n] if n < len(_LEFT) else _LEFT_BY_MORE for n in range(len(further))]
    if further and further[0] in choices:
        left[0] = _OF_A_CHOICE
    if index.is_unique and left:
        left[-1] = 1
    return " ".join(map(str, [_ROWS, _of_a_tenant(index), *left, _NOT_BY_SKIPPING]))


def _of_a_tenant(index: _Index) -> int:
    if index.is_partial:
        return _OF_A_TENANT_AND_CONDITION
    return _OF_A_TENANT_IN_ORDER if index.columns[1:2] == ["id"] else _OF_A_TENANT

"""What SQLite must know of the indexes that begin with the tenant.

Without statistics SQLite takes every first column of an index for one that leaves ten rows. The
tenant leaves most of them: a look for 5,000 people by their ids walked through the index of the
tenant instead, and a launch of 100,000 took minutes instead of seconds.
"""

from typing import Any

from django.db import connections

# As many rows as SQLite supposes in a table of which it knows nothing.
_ROWS = 1_048_576
# Few enough that a list of one tenant is read by its index, and so many that rows which are named
# by anything else are not.
_OF_A_TENANT = 20_000
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
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tenants")  # makes the table of statistics
        described = [
            (table, name, _statistics(columns, is_unique=is_unique))
            for table, name, columns, is_unique in _indexes(cursor)
            if columns[0] == "tenant_id"
        ]
        cursor.execute("DELETE FROM sqlite_stat1")
        cursor.executemany(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", described
        )
        cursor.execute("ANALYZE sqlite_schema")  # reads them again


def _indexes(cursor: Any) -> list[tuple[str, str, list[str | None], bool]]:
    """Table, name, columns and uniqueness of each index."""
    cursor.execute(
        'SELECT tables.name, indexes.name, indexes."unique", columns.name'
        " FROM sqlite_schema tables, pragma_index_list(tables.name) indexes,"
        " pragma_index_info(indexes.name) columns"
        " WHERE tables.type = 'table' ORDER BY tables.name, indexes.name, columns.seqno"
    )
    found: dict[tuple[str, str, bool], list[str | None]] = {}
    for table, name, is_unique, column in cursor.fetchall():
        found.setdefault((table, name, bool(is_unique)), []).append(column)
    return [(table, name, columns, unique) for (table, name, unique), columns in found.items()]


def _statistics(columns: list[str | None], *, is_unique: bool) -> str:
    """How many rows the index has, and how many have the same first column, first two, ..."""
    left = [_LEFT[n] if n < len(_LEFT) else _LEFT_BY_MORE for n in range(len(columns) - 1)]
    if is_unique and left:
        left[-1] = 1
    return " ".join(map(str, [_ROWS, _OF_A_TENANT, *left]))

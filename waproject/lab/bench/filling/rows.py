"""Many rows, which the database itself makes as copies of a few."""

from collections.abc import Mapping, Sequence

from django.db import connection, models


def copy_rows(
    model: type[models.Model], ids: range | Sequence[int], times: int, changed: Mapping[str, str]
) -> None:
    """Copy the rows whose ids lie between the first and the last of `ids`, so many times.

    `changed` has the columns that differ, each as an expression over n, the number of the copy
    from 1, and over the columns of `original`. The database gives ids unless `changed` does.
    """
    if times < 1 or not ids:
        return
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if not field.generated and (not field.primary_key or field.column in changed)
    ]
    values = ", ".join(changed.get(column, f"original.{column}") for column in columns)
    values = values.replace("%", "%%")  # no place for a parameter
    table, key = model._meta.db_table, model._meta.pk.column
    statement = (
        "WITH RECURSIVE numbers(n) AS"  # noqa: S608  names of our own
        " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
        f" INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {values} FROM numbers, {table} AS original"
        f" WHERE original.{key} BETWEEN %s AND %s ORDER BY n, original.{key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [times, ids[0], ids[-1]])


def vacuum(*stored: type[models.Model]) -> None:
    """Do for these tables, or for all, what PostgreSQL does by itself some time after a change.

    For the owner of the tables alone, so the process gives up the role of a site. SQLite has
    nothing of the kind.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(model._meta.db_table for model in stored)
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(f"VACUUM ANALYZE {tables}")

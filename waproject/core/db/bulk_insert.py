"""Many rows into one table in one statement, on SQLite and on PostgreSQL.

The ORM's bulk_create prepares every value of every row in Python, which alone takes longer than
all the rest of an import or a launch: for 100 messages 9.6 ms of the processor instead of 4.0 on
SQLite, 9.5 instead of 4.8 on PostgreSQL. Callers have checked the values and hold the transaction.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from django.db import connection, models

# What every build of SQLite takes in one statement (SQLITE_MAX_VARIABLE_NUMBER).
_PARAMETERS = 999


def insert_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    clash: str = "",
) -> int:
    """Insert rows of the named fields' values, as the database's driver takes them.

    A value of a JSON field is its text. `clash` is what follows ON CONFLICT; without it a row
    that is there already is an IntegrityError. A model's `filled_columns` (the tenant) that the
    fields do not name get their defaults, the same in all rows. Returns how many rows were written.
    """
    if not rows:
        return 0
    columns = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    filled = filled_columns(model, but={str(column.column) for column in columns})
    names = ", ".join([*(str(column.column) for column in columns), *filled])
    into = f"INSERT INTO {model._meta.db_table} ({names})"
    on_conflict = f" ON CONFLICT {clash}" if clash else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # All rows as one document: one statement to parse, one round trip, and far quicker to
            # write than the parameters of a VALUES list or arrays.
            cells = ", ".join(
                f"(cells->>{at})::{column.db_type(connection)}" for at, column in enumerate(columns)
            )
            cells = ", ".join([cells, *map(str, filled.values())])
            cursor.execute(
                f"{into} SELECT {cells} FROM jsonb_array_elements(%s::jsonb) AS rows(cells)"  # noqa: S608
                f"{on_conflict}",
                [json.dumps(rows, default=str)],
            )
            written = cursor.rowcount
        else:
            written = 0
            # Some rows to a statement: one by one they cost half as much again. Always as many, as
            # the driver keeps each statement that differs, with room for all its values.
            row = f"({', '.join([*['%s'] * len(fields), *map(str, filled.values())])})"
            some = max(1, _PARAMETERS // len(fields))
            whole = len(rows) - len(rows) % some
            if whole:
                several = [[*chain(*rows[at : at + some])] for at in range(0, whole, some)]
                values = ", ".join([row] * some)
                cursor.executemany(f"{into} VALUES {values}{on_conflict}", several)
                written += cursor.rowcount
            if rest := rows[whole:]:
                cursor.executemany(f"{into} VALUES {row}{on_conflict}", rest)
                written += cursor.rowcount
    return int(written)


def filled_columns(model: type[models.Model], *, but: Collection[str] = ()) -> dict[str, int]:
    """The model's filled columns that are not among `but`, with their values for one statement.

    The values are ids: numbers, so they may be written into the statement as they are.
    """
    missing = [name for name in getattr(model, "filled_columns", ()) if name not in but]
    filled = (cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in missing)
    return {str(column.column): int(column.get_default()) for column in filled}


def insert_from(
    model: type[models.Model],
    fields: Sequence[str],
    query: "models.QuerySet[Any, Any]",
    clash: str = "",
) -> int:
    """Insert what a query selects, one column for each of the fields; return how many rows.

    `query` is a values_list of as many expressions, in the order of `fields`; `clash` is as for
    `insert_rows`, and needs a query with a condition. The rows never leave the database: reading
    and writing them again takes several times as long.
    """
    columns = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    names = ", ".join(str(column.column) for column in columns)
    sql, values = query.query.sql_with_params()
    on_conflict = f" ON CONFLICT {clash}" if clash else ""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) {sql}{on_conflict}", values)
        return int(cursor.rowcount)


def blank_row(
    model: type[models.Model], varying: Collection[str] = (), **shared: Any
) -> dict[str, Any]:
    """What the rows of one insert have in common, by column, as the database's driver takes it.

    Every column that may not be null has its value in `shared`, or its default; of the others only
    those of `varying`, which each row sets for itself, are there.
    """
    return {
        column.attname: None
        if column.attname in varying
        else column.get_db_prep_save(shared.get(column.attname, column.get_default()), connection)
        for column in model._meta.concrete_fields
        if not column.primary_key
        and not column.generated
        and (not column.null or column.attname in varying)
    }


@lru_cache(maxsize=2_000)
def driver_moment(at: datetime | None) -> Any:
    """A moment as the database's driver takes it. The rows of one insert share most of them."""
    return connection.ops.adapt_datetimefield_value(at)


def refresh_statistics(*stored: type[models.Model]) -> None:
    """Let PostgreSQL see what has just been written in bulk.

    Until its own daemon comes by, about a minute later, it would plan as if the tables were as
    small as before: a join of 100,000 people took minutes that way. SQLite has no such need.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A function of the tables' owner, who alone may do it.
            tables = [model._meta.db_table for model in stored]
            cursor.execute("SELECT refresh_statistics(%s)", [tables])


# Above twice its pages of the last look, and these, a table has grown beyond its statistics.
_PAGES_OF_A_SMALL_TABLE = 100
_GROWN = """
    SELECT relname FROM pg_class
    WHERE oid = ANY(SELECT unnest(%s::text[])::regclass)
    AND pg_relation_size(oid) > (2 * relpages + %s) * current_setting('block_size')::bigint
"""


def refresh_outgrown_statistics(*stored: type[models.Model]) -> None:
    """As `refresh_statistics`, of those tables that have doubled since anybody looked at them.

    For what is written little by little and yet fast. Of a table that nobody has looked at
    PostgreSQL supposes that 200 messages named by their sids are all there are, and reads the
    whole: at 200,000 messages that took a fifth of the time of sending, where its own daemon was
    off.
    """
    if connection.vendor == "postgresql":
        tables = {model._meta.db_table: model for model in stored}
        with connection.cursor() as cursor:
            cursor.execute(_GROWN, [[*tables], _PAGES_OF_A_SMALL_TABLE])
            grown = [tables[name] for (name,) in cursor.fetchall()]
        if grown:
            refresh_statistics(*grown)

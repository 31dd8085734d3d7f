"""Many rows into one table in one statement, on SQLite and on PostgreSQL.

The ORM's bulk_create prepares every value of every row in Python, which alone takes longer than
all the rest of an import or a launch. Callers have checked the values and hold the transaction.
"""

import json
from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models


def insert_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    clash: str = "",
) -> None:
    """Insert rows of the named fields' values, as the database's driver takes them.

    A value of a JSON field is its text. `clash` is what follows ON CONFLICT; without it a row
    that is there already is an IntegrityError.
    """
    if not rows:
        return
    columns = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    names = ", ".join(str(column.column) for column in columns)
    into = f"INSERT INTO {model._meta.db_table} ({names})"
    on_conflict = f" ON CONFLICT {clash}" if clash else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # All rows as one document: one statement to parse, one round trip, and far quicker to
            # write than the parameters of a VALUES list or arrays.
            cells = ", ".join(
                f"(cells->>{at})::{column.db_type(connection)}" for at, column in enumerate(columns)
            )
            cursor.execute(
                f"{into} SELECT {cells} FROM jsonb_array_elements(%s::jsonb) AS rows(cells)"  # noqa: S608
                f"{on_conflict}",
                [json.dumps(rows, default=str)],
            )
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"{into} VALUES ({places}){on_conflict}", rows)


def refresh_statistics(*stored: type[models.Model]) -> None:
    """Let PostgreSQL see what has just been written in bulk.

    Until its own daemon comes by, about a minute later, it would plan as if the tables were as
    small as before: a join of 100,000 people took minutes that way. SQLite has no such need.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in stored:
                cursor.execute(f"ANALYZE {model._meta.db_table}")

"""Many rows found, locked and moved forward in few statements, on SQLite and on PostgreSQL.

As text: to compose them takes the ORM longer than all the rest of a status report, above all where
each row gets a moment of its own.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

from contacts.bulk_insert import driver_moment


def lock_rows(
    model: type[models.Model], columns: Sequence[str], *, by: str, among: Collection[str]
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose text column `by` is one of `among`, locked in order of id.

    In one order everywhere, so that two transactions never wait for each other. Rows that refer to
    the locked ones may still be inserted.
    """
    select = f"SELECT {', '.join(columns)} FROM {model._meta.db_table} WHERE {by}"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{select} = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(among)])
        else:
            cursor.execute(
                f"{select} IN (SELECT value FROM json_each(%s)) ORDER BY id",  # noqa: S608
                [json.dumps(list(among))],
            )
        return cursor.fetchall()


def move_forward(
    model: type[models.Model],
    moments: Mapping[int, datetime],
    *,
    to: str,
    sources: Collection[str],
    column: str | None = None,
) -> None:
    """Move those rows to `to` whose status is one of `sources`; `moments` has the moment by id.

    `column` keeps the moment of that status where there is none yet, whether or not the row
    moves. The caller has locked the rows and holds the transaction.
    """
    places = ", ".join(["%s"] * len(sources))
    changes = f"status = CASE WHEN status IN ({places}) THEN %s ELSE status END"
    table = model._meta.db_table
    values = [*sources, to]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            changes += f", {column} = COALESCE({column}, news.at)" if column else ""
            cursor.execute(
                f"UPDATE {table} SET {changes}"  # noqa: S608
                " FROM unnest(%s::bigint[], %s::timestamptz[]) AS news(pk, at) WHERE id = news.pk",
                [*values, list(moments), list(moments.values())],
            )
        else:
            changes += f", {column} = COALESCE({column}, %s)" if column else ""
            cursor.executemany(
                f"UPDATE {table} SET {changes} WHERE id = %s",  # noqa: S608
                [
                    (*values, *([driver_moment(at)] if column else []), pk)
                    for pk, at in moments.items()
                ],
            )

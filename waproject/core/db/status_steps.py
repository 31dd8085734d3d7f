"""Rows that are reported to have gone on: found, locked, moved and their history written at once.

As text: to compose the statements takes the ORM longer than all the rest of a status report, and
every statement costs its thread a turn of the interpreter beside the wait for the database.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection, models

from waproject.core.db.bulk_insert import driver_moment, filled_columns
from waproject.core.db.bulk_lookup import as_array

# A JSON list of steps, as rows.
_LISTED = (
    "WITH news AS MATERIALIZED (SELECT json_extract(value, '$[0]') AS key,"
    " json_extract(value, '$[1]') AS new, json_extract(value, '$[2]') AS at,"
    " json_extract(value, '$[3]') AS source FROM json_each(%s))"
)


class Step(NamedTuple):
    """What is reported of the row that `key` names. A `to` that no row may take moves nothing."""

    key: str
    to: str
    at: datetime
    source: str = ""


@dataclass(frozen=True)
class Course:
    """How the rows of a model go forward; its statements are composed once.

    `sources` has the statuses from which each may be taken, `times` the columns that keep the
    first moment of a status, whether or not the row moves. `condition` holds for the rows that
    take part. `history` inserts what is selected from `moving`: id, the model's filled columns,
    old, new, at, source.
    """

    model: type[models.Model]
    key: str
    sources: Mapping[str, Sequence[str]]
    times: Mapping[str, str]
    condition: str = "TRUE"
    history: str = ""

    def follow(self, steps: Iterable[Step]) -> set[str]:
        """Take steps, those of one row in their order; return the keys of the rows there are.

        The rows are locked in the order of their ids, as everywhere, so that two transactions never
        wait for each other; rows that refer to them may still be inserted. The caller holds
        the transaction.
        """
        take = self._take_locked if connection.vendor == "postgresql" else self._take
        found: set[str] = set()
        for turn in _turns(steps):
            found |= take(turn)
        return found

    def _take_locked(self, steps: Sequence[Step]) -> set[str]:
        keys, targets, moments, sources = zip(*steps, strict=True)
        lists = [as_array(texts) for texts in (keys, targets, map(str, moments), sources)]
        with connection.cursor() as cursor:
            cursor.execute(self._statement, [*lists, *self._scope.values()])
            return {key for (key,) in cursor.fetchall()}

    def _take(self, steps: Sequence[Step]) -> set[str]:
        news = json.dumps([(key, to, driver_moment(at), source) for key, to, at, source in steps])
        with connection.cursor() as cursor:
            if self.history:
                cursor.execute(self._recording, [news, *self._scope.values()])
            cursor.execute(self._moving, [news, *self._scope.values()])
            return {key for (key,) in cursor.fetchall()}

    @cached_property
    def _statement(self) -> str:
        """All in one, of arrays: their lengths tell PostgreSQL that few rows are meant."""
        recorded = (
            f", moving AS (SELECT * FROM locked WHERE {self._may_go('old')}),"  # noqa: S608
            f" recorded AS ({self.history})"
            if self.history
            else ""
        )
        return (
            "WITH news AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[],"  # noqa: S608
            " %s::text[]) AS listed(key, new, at, source)),"
            f" locked AS (SELECT {self._kept}, news.*"
            f" FROM {self._table} AS kept JOIN news ON kept.{self.key} = news.key"
            f" WHERE {self._conditions} ORDER BY kept.id FOR NO KEY UPDATE OF kept){recorded},"
            f" moved AS (UPDATE {self._table} AS kept SET {self._changes} FROM locked AS news"
            " WHERE kept.id = news.id AND news.new <> '')"
            " SELECT key FROM locked"
        )

    @cached_property
    def _recording(self) -> str:
        return (
            f"{_LISTED}, moving AS (SELECT {self._kept}, news.*"  # noqa: S608
            f" FROM news CROSS JOIN {self._table} AS kept WHERE kept.{self.key} = news.key"
            f" AND {self._conditions} AND {self._may_go('kept.status')}) {self.history}"
        )

    @cached_property
    def _moving(self) -> str:
        return (
            f"{_LISTED} UPDATE {self._table} AS kept SET {self._changes} FROM news"  # noqa: S608
            f" WHERE kept.{self.key} = news.key AND {self._conditions} RETURNING {self.key}"
        )

    @property
    def _scope(self) -> dict[str, Any]:
        """The model's filled columns (the tenant), by which rows of others take no part."""
        return filled_columns(self.model)

    @property
    def _kept(self) -> str:
        columns = ["id", *getattr(self.model, "filled_columns", ())]
        return ", ".join([*(f"kept.{column}" for column in columns), "kept.status AS old"])

    @property
    def _conditions(self) -> str:
        """The condition, with a placeholder for each value of the scope."""
        columns = getattr(self.model, "filled_columns", ())
        return " AND ".join([self.condition, *(f"kept.{column} = %s" for column in columns)])

    @property
    def _table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def _changes(self) -> str:
        changes = [f"status = CASE WHEN {self._may_go('kept.status')} THEN new ELSE status END"]
        for column in dict.fromkeys(self.times.values()):
            those = _quoted(status for status, its in self.times.items() if its == column)
            changes.append(
                f"{column} = CASE WHEN new IN ({those}) THEN COALESCE({column}, news.at)"
                f" ELSE {column} END"
            )
        return ", ".join(changes)

    def _may_go(self, old: str) -> str:
        allowed = (
            f"WHEN '{to}' THEN {old} IN ({_quoted(sources)})"
            for to, sources in self.sources.items()
            if sources
        )
        return f"CASE new {' '.join(allowed)} ELSE FALSE END"


def _turns(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Each step once, in as few lists as have no key twice. The first of equal steps counts."""
    first: dict[tuple[str, str], Step] = {}
    for step in steps:
        first.setdefault((step.key, step.to), step)
    rest = [*first.values()]
    while rest:
        turn: dict[str, Step] = {}
        for step in rest:
            turn.setdefault(step.key, step)
        yield [*turn.values()]
        rest = [step for step in rest if turn[step.key] is not step]


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)

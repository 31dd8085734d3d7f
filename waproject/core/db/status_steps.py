"""Rows that are reported to have gone on: found, locked and moved, a group of them at once.

As text, composed once: by the ORM the statements of a report took 0.6 ms of the processor instead
of 0.1 (eight reports at a time), and with them all that comes back answered less than half as many
reports in a second as the bare view.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection, models

from waproject.core.db.bulk_insert import driver_moment, filled_columns
from waproject.core.db.bulk_lookup import as_parameter, is_among


class Step(NamedTuple):
    """What is reported of the row that `key` names. A `to` that no row may take moves nothing."""

    key: str
    to: str
    at: datetime
    source: str = ""


class Moved(NamedTuple):
    """One move of the row with this primary key."""

    pk: int
    old: str
    new: str
    at: datetime
    source: str


class Taken(NamedTuple):
    """What came of steps: the keys of the rows that there are, and the moves in their order."""

    found: set[str]
    moves: list[Moved]


@dataclass(slots=True)
class _Walk:
    """A locked row on its way: its columns `before` and `now`, as the driver takes them."""

    pk: int
    key: str
    before: Mapping[str, Any]
    now: dict[str, Any]
    moves: list[Moved] = field(default_factory=list)


@dataclass(frozen=True)
class StatusSteps:
    """How the rows of a model go forward.

    `key` is the unique column by which a step names its row. `sources` has the statuses from which
    each may be taken, `times` the columns that keep the first moment of a status, whether or not
    the row moves. `without` leaves out rows that have one of these values in a column.
    """

    model: type[models.Model]
    key: str
    sources: Mapping[str, Collection[str]]
    times: Mapping[str, str]
    without: Mapping[str, Collection[str]] = field(default_factory=dict)

    def take(self, steps: Iterable[Step]) -> Taken:
        """Take steps, those of one row in their order.

        Two statements whatever their number. The rows are locked in the order of their ids, as
        everywhere, so that two transactions never wait for each other; rows that refer to them may
        still be inserted. Rows of another tenant take no part. The caller holds the transaction.
        """
        steps_of: dict[str, list[Step]] = defaultdict(list)
        for step in steps:
            steps_of[step.key].append(step)
        if not steps_of:
            return Taken(set(), [])
        walks = self._lock(steps_of)
        for walk in walks:
            for step in steps_of[walk.key]:
                self._take(walk, step)
        self._write([walk for walk in walks if walk.now != walk.before])
        return Taken({walk.key for walk in walks}, [move for walk in walks for move in walk.moves])

    def _take(self, walk: _Walk, step: Step) -> None:
        old = walk.now["status"]
        if old in self.sources.get(step.to, ()):
            walk.now["status"] = step.to
            walk.moves.append(Moved(walk.pk, old, step.to, step.at, step.source))
        column = self.times.get(step.to)
        if column and walk.now[column] is None:
            walk.now[column] = driver_moment(step.at)

    def _lock(self, keys: Iterable[str]) -> list[_Walk]:
        scope = filled_columns(self.model)
        left_out = [value for values in self.without.values() for value in values]
        with connection.cursor() as cursor:
            cursor.execute(self._locking, [as_parameter(keys), *left_out, *scope.values()])
            rows = cursor.fetchall()
        return [
            _Walk(pk, key, stored := dict(zip(self._columns, values, strict=True)), dict(stored))
            for pk, key, *values in rows
        ]

    def _write(self, walks: Sequence[_Walk]) -> None:
        if walks:
            rows = [(walk.pk, *walk.now.values()) for walk in walks]
            with connection.cursor() as cursor:
                cursor.execute(self._writing, [json.dumps(rows, default=str), len(rows)])

    @cached_property
    def _columns(self) -> list[str]:
        return ["status", *dict.fromkeys(self.times.values())]

    @cached_property
    def _locking(self) -> str:
        conditions = [
            is_among(self.key),
            *(
                f"{column} NOT IN ({', '.join(['%s'] * len(values))})"
                for column, values in self.without.items()
            ),
            *(f"{column} = %s" for column in getattr(self.model, "filled_columns", ())),
        ]
        lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
        return (
            f"SELECT id, {self.key}, {', '.join(self._columns)} FROM {self.model._meta.db_table}"  # noqa: S608
            f" WHERE {' AND '.join(conditions)} ORDER BY id{lock}"
        )

    @cached_property
    def _writing(self) -> str:
        """Takes the new values as one document, a list for each row, its id first; and how many.

        PostgreSQL takes a document for 100 rows, and the comparison with a cell for one that may
        tell of another tenant's rows: either way it would read the whole table. So it is told the
        number, and compares with a column of the subquery.
        """
        listed, cell = "json_each(%s) AS listed", "json_extract(listed.value, '$[{}]')"
        if connection.vendor == "postgresql":
            listed, cell = "jsonb_array_elements(%s::jsonb) AS listed(cells)", "(cells->>{})::{}"
        kinds = [self.model._meta.get_field(name).db_type(connection) for name in self._columns]
        names = dict(zip(["id", *self._columns], ["bigint", *kinds], strict=True))
        cells = [
            f"{cell.format(at, kind)} AS {name}" for at, (name, kind) in enumerate(names.items())
        ]
        changes = [f"{name} = news.{name}" for name in self._columns]
        return (
            f"UPDATE {self.model._meta.db_table} AS kept SET {', '.join(changes)}"  # noqa: S608
            f" FROM (SELECT {', '.join(cells)} FROM {listed} LIMIT %s) AS news"
            f" WHERE kept.id = news.id"
        )

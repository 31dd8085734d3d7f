"""Rows that are reported to have gone on: found, locked and moved, a group of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db import models
from django.db.models import QuerySet

from waproject.core.db.bulk_lookup import Among
from waproject.core.db.expressions import Own

Row = TypeVar("Row", bound=models.Model)


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
    """A locked row on its way: `now` has the values of its columns, `before` those as stored."""

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
    the row moves.
    """

    key: str
    sources: Mapping[str, Collection[str]]
    times: Mapping[str, str]

    def take(self, rows: QuerySet[Row], steps: Iterable[Step]) -> Taken:
        """Take the steps of those among `rows`, the steps of one row in their order.

        Two statements whatever their number. The rows are locked in the order of their ids, as
        everywhere, so that two transactions never wait for each other; rows that refer to them may
        still be inserted. The caller holds the transaction.
        """
        steps_of: dict[str, list[Step]] = defaultdict(list)
        for step in steps:
            steps_of[step.key].append(step)
        if not steps_of:
            return Taken(set(), [])
        walks = self._lock(rows, steps_of)
        for walk in walks:
            for step in steps_of[walk.key]:
                self._take(walk, step)
        _write(rows, [walk for walk in walks if walk.now != walk.before])
        return Taken({walk.key for walk in walks}, [move for walk in walks for move in walk.moves])

    def _lock(self, rows: QuerySet[Row], keys: Iterable[str]) -> list[_Walk]:
        columns = ["status", *dict.fromkeys(self.times.values())]
        named = rows.filter(Among(self.key, str, keys)).order_by("pk")
        locked = named.select_for_update(no_key=True, of=("self",))
        return [
            _Walk(pk, key, stored := dict(zip(columns, values, strict=True)), dict(stored))
            for pk, key, *values in locked.values_list("pk", self.key, *columns)
        ]

    def _take(self, walk: _Walk, step: Step) -> None:
        old = walk.now["status"]
        if old in self.sources.get(step.to, ()):
            walk.now["status"] = step.to
            walk.moves.append(Moved(walk.pk, old, step.to, step.at, step.source))
        column = self.times.get(step.to)
        if column and walk.now[column] is None:
            walk.now[column] = step.at


def _write(rows: QuerySet[Row], walks: Sequence[_Walk]) -> None:
    """Write what changed, in one statement: each column in which any of the rows differs."""
    if not walks:
        return
    columns = [
        name for name in walks[0].now if any(walk.now[name] != walk.before[name] for walk in walks)
    ]
    those = rows.order_by().filter(Among("pk", int, (walk.pk for walk in walks)))
    those.update(
        **{
            name: Own("pk", {walk.pk: walk.now[name] for walk in walks}, _column(rows, name))
            for name in columns
        }
    )


def _column(rows: QuerySet[Row], name: str) -> "models.Field[Any, Any]":
    column: models.Field[Any, Any] = rows.model._meta.get_field(name)
    return column

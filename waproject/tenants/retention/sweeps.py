"""The sorts of rows and files that go when their time is over: settings.RETENTION_SWEEPS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from waproject.tenants.retention.periods import Period


@dataclass(frozen=True)
class Sweep:
    """One sort of rows of one period, with whole numbers as primary keys.

    `due` finds the rows from before a moment that have not gone yet; they may be many. `take`
    takes those of these ids that are due still, `chunk` at most, within a transaction; it returns
    how many went. What cannot go now it leaves for another night. None: the rows are deleted.
    """

    name: str
    period: Period
    label: Promise
    due: Callable[[datetime], "QuerySet[Any]"]
    take: Callable[[Sequence[int], datetime], int] | None = None
    chunk: int = 500

    def remove(self, ids: Sequence[int], before: datetime) -> int:
        """Take away those of these ids that are due still; return how many."""
        if self.take:
            return self.take(ids, before)
        return self.due(before).filter(pk__in=ids).delete()[0]


@cache
def sweeps() -> dict[str, Sweep]:
    """All of them by their names, in the order in which a run takes them."""
    found: list[Sweep] = [import_string(path) for path in settings.RETENTION_SWEEPS]
    return {sweep.name: sweep for sweep in found}


def label_of(name: str) -> str | Promise:
    """What a run calls a sweep; the name itself of one that the settings do not have any more."""
    found = sweeps().get(name)
    return name if found is None else found.label


def periods() -> dict[str, Period]:
    """The periods of all sweeps by their names."""
    return {sweep.period.name: sweep.period for sweep in sweeps().values()}

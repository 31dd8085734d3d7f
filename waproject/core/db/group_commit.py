"""Threads of one process that share a transaction.

A commit costs the same for one write as for twenty: the wait for the disk, and on SQLite the one
lock of the whole database.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

# For so many seconds after a group its size is taken as the number of threads that come again.
_FRESH = 0.02

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(eq=False, slots=True)
class _Entry(Generic[Item, Result]):
    """The item of one thread. When it is awake and not settled, its thread leads the next group."""

    item: Item
    awake: Event = field(default_factory=Event)
    settled: bool = False
    result: Result | None = None


class Group(Generic[Item, Result]):
    """Gathers what threads bring at the same time; one of them writes it for all.

    It has no thread of its own. A caller that finds no other at work leads: it takes all that
    waits, and then hands over to the first of those that came meanwhile. A single caller does not
    wait: it writes at once. Where several came a moment ago, the leader gives them time to come
    again: else the quickest of them would be written alone and the others wait for its commit.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result | None]],
        *,
        limit: int,
        patience: float = 0.0,
    ) -> None:
        """`write` takes up to `limit` items; returns, when they are committed, what came of each.

        `patience` is how many seconds at most a leader waits for company.
        """
        self._write = write
        self._limit = limit
        self._patience = patience
        self._company = 0
        self._seen_at = 0.0
        self._gathered = Event()
        self._lock = Lock()
        self._waiting: list[_Entry[Item, Result]] = []
        self._is_led = False

    def write(self, item: Item) -> Result | None:
        """What came of the item, committed together with what others brought; None: nothing.

        After an error nothing of the group is committed: each caller may try alone, so that a
        bad item costs no other. To be called outside of any transaction.
        """
        entry: _Entry[Item, Result] = _Entry(item)
        with self._lock:
            self._waiting.append(entry)
            leads, self._is_led = not self._is_led, True
            if len(self._waiting) >= self._company:
                self._gathered.set()
        if not leads:
            entry.awake.wait()
        if not entry.settled:
            self._lead()
        return entry.result

    def _lead(self) -> None:
        self._wait_for_company()
        with self._lock:
            group, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
        try:
            for entry, result in zip(
                group, self._write([entry.item for entry in group]), strict=True
            ):
                entry.result = result
        except Exception as error:
            logger.warning("A group of %d was not written: %s.", len(group), type(error).__name__)
        finally:
            self._hand_over(group)

    def _wait_for_company(self) -> None:
        with self._lock:
            if len(self._waiting) >= self._company or monotonic() - self._seen_at > _FRESH:
                return
            self._gathered.clear()
        self._gathered.wait(self._patience)

    def _hand_over(self, group: Sequence[_Entry[Item, Result]]) -> None:
        with self._lock:
            self._company = min(len(group) + len(self._waiting), self._limit)
            self._seen_at = monotonic()
            heir = self._waiting[0] if self._waiting else None
            self._is_led = heir is not None
        for entry in group:
            entry.settled = True
            entry.awake.set()
        if heir:
            heir.awake.set()

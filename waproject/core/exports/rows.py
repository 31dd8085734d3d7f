"""Rows of an export, read from the database by chunks while a format writes them."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

CHUNK = 2_000
_ITERATED = 20_000

# Called after each chunk with the number of objects written so far and the number of all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """A title line, and chunks of rows that are read only as they are asked for.

    `total` is the number of objects; a chunk has the rows of CHUNK of them.
    """

    headers: list[str]
    total: int
    chunks: Iterator[list[list[Any]]]

    def with_progress(self, progress: Progress) -> "Rows":
        """The same rows, saying after each chunk how far they are."""
        return Rows(self.headers, self.total, self._told(progress))

    def _told(self, progress: Progress) -> Iterator[list[list[Any]]]:
        done = 0
        for chunk in self.chunks:
            yield chunk
            done = min(done + CHUNK, self.total)
            progress(done, self.total)


def rows_of(
    headers: list[str], queryset: "QuerySet[Any]", read: Callable[[Sequence[int]], list[list[Any]]]
) -> Rows:
    """Rows of the objects of a queryset, in its order; `read` gives those of a chunk of ids."""
    total, chunks = chunks_of_ids(queryset)
    return Rows(headers, total, (read(ids) for ids in chunks))


def chunks_of_ids(queryset: "QuerySet[Any]") -> tuple[int, Iterator[Sequence[int]]]:
    """How many rows a queryset has, and their ids in its order, CHUNK at a time.

    All ids are read at once, 8 bytes each, and no query stays open between the chunks: on SQLite an
    open one would keep this connection from writing its progress once somebody else has written.
    """
    plain = queryset.select_related(None).prefetch_related(None)
    ids = array("q", plain.values_list("pk", flat=True).iterator(chunk_size=_ITERATED))
    return len(ids), (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))

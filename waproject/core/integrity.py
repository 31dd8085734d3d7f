"""Invariants as queries: each finds the rows that break it, and a sentence names them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext

# The rows that break a rule, and the sentence that names them in %(rows)s.
Check = tuple[Callable[[], QuerySet[Any]], Promise]
NAMED = 10


def broken(checks: Iterable[Check], **words: str) -> Iterator[str]:
    """The sentence of each check that finds rows, with the ids of the first of them.

    A sentence may hold further words, by their names.
    """
    for find_rows, sentence in checks:
        rows = find_rows().order_by("pk")
        first = list(rows.values_list("pk", flat=True)[: NAMED + 1])
        if first:
            yield str(sentence) % {"rows": _named(first, rows), **words}


def _named(first: list[int], rows: QuerySet[Any]) -> str:
    ids = ", ".join(map(str, first[:NAMED]))
    if len(first) <= NAMED:
        return ids
    return gettext("%(ids)s and %(more)s more") % {"ids": ids, "more": rows.count() - NAMED}

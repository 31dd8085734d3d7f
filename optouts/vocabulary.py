"""The vocabulary in use: the phrase table of the database, ready for matching."""

from collections.abc import Iterable
from functools import lru_cache

from optouts import builtin
from optouts.models import Phrase
from optouts.patterns import expand
from optouts.words import Entry, Kind, Reach, Vocabulary

Row = tuple[str, str, str]

# Of two rows with the same words the first kind here holds: rather not write to someone.
PRECEDENCE = (Kind.OPT_OUT, Kind.INNOCENT, Kind.COURTESY, Kind.OPT_IN)


def current() -> Vocabulary:
    """The vocabulary of the phrases that are in use at this moment.

    One small query; a change by staff holds for the next message in every process. With an
    empty table, which would honour no BAJA, the built-in phrases stand in.
    """
    rows = tuple(Phrase.objects.in_use().order_by("pk").values_list("text", "kind", "reach"))
    if not rows and not Phrase.objects.exists():
        rows = tuple((phrase.text, phrase.kind, phrase.reach) for phrase in builtin.patterns())
    return _compiled(rows)


@lru_cache(maxsize=4)
def _compiled(rows: tuple[Row, ...]) -> Vocabulary:
    ordered = sorted(rows, key=lambda row: PRECEDENCE.index(Kind(row[1])))
    return Vocabulary(_entries(ordered))


def _entries(rows: Iterable[Row]) -> Iterable[Entry]:
    for text, kind, reach in rows:
        for words in expand(text):
            yield Entry(words, Kind(kind), Reach(reach))

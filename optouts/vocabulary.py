"""The vocabulary in use: the phrase table of the database, ready for matching."""

import json
from collections.abc import Iterable
from functools import cache, lru_cache

from django.db import connection

from optouts import builtin
from optouts.builtin import Builtin
from optouts.models import Phrase
from optouts.patterns import expand
from optouts.words import Entry, Kind, Reach, Vocabulary

Row = tuple[str, str, str]

# Of two rows with the same words the first kind here holds: rather not write to someone.
PRECEDENCE = (Kind.OPT_OUT, Kind.DOUBTFUL, Kind.INNOCENT, Kind.COURTESY, Kind.OPT_IN)
# And of two rows of one kind the one that counts in more texts.
WIDEST_FIRST = (Reach.ANYWHERE, Reach.SENTENCE, Reach.MESSAGE)

# One JSON document: it tells at a glance whether anything changed, while hundreds of rows take
# longer to fetch than a message takes to be stored.
_PHRASES_IN_USE = {
    "sqlite": "SELECT json_group_array(json_array(text, kind, reach))"
    " FROM (SELECT text, kind, reach FROM opt_out_phrases WHERE active ORDER BY id) AS phrases",
    "postgresql": "SELECT COALESCE(json_agg(json_build_array(text, kind, reach) ORDER BY id), '[]')"
    "::text FROM opt_out_phrases WHERE active",
}


def current() -> Vocabulary:
    """The vocabulary of the phrases that are in use at this moment.

    One small query; a change by staff holds for the next message in every process. The core
    (BAJA, STOP) holds whatever the table says, and for an empty table the built-in phrases stand
    in.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PHRASES_IN_USE[connection.vendor])
        [document] = cursor.fetchone()
    if document == "[]" and not Phrase.objects.exists():
        document = json.dumps(_rows(builtin.patterns()))
    return _compiled(document)


@lru_cache(maxsize=4)
def _compiled(document: str) -> Vocabulary:
    rows: list[Row] = _rows(builtin.core()) + json.loads(document)
    return vocabulary_of(rows)


@cache
def built_in() -> Vocabulary:
    """The vocabulary of a new installation; asks no database."""
    return vocabulary_of(_rows(builtin.patterns()))


def vocabulary_of(rows: Iterable[Row]) -> Vocabulary:
    """The vocabulary of patterns with their kind and reach."""
    ordered = sorted(rows, key=_precedence)
    return Vocabulary(
        Entry(words, Kind(kind), Reach(reach))
        for text, kind, reach in ordered
        for words in expand(text)
    )


def _precedence(row: Row) -> tuple[int, int]:
    _text, kind, reach = row
    return PRECEDENCE.index(Kind(kind)), WIDEST_FIRST.index(Reach(reach))


def _rows(phrases: Iterable[Builtin]) -> list[Row]:
    return [(phrase.text, phrase.kind.value, phrase.reach.value) for phrase in phrases]

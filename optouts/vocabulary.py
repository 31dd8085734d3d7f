"""The vocabulary in use: the phrase table of the database, ready for matching."""

import json
from collections.abc import Iterable
from functools import lru_cache

from django.db import connection

from optouts import builtin
from optouts.models import Phrase
from optouts.patterns import expand
from optouts.words import Entry, Kind, Reach, Vocabulary

Row = tuple[str, str, str]

# Of two rows with the same words the first kind here holds: rather not write to someone.
PRECEDENCE = (Kind.OPT_OUT, Kind.INNOCENT, Kind.COURTESY, Kind.OPT_IN)

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

    One small query; a change by staff holds for the next message in every process. With an
    empty table, which would honour no BAJA, the built-in phrases stand in.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PHRASES_IN_USE[connection.vendor])
        [document] = cursor.fetchone()
    if document == "[]" and not Phrase.objects.exists():
        rows = [(phrase.text, phrase.kind, phrase.reach) for phrase in builtin.patterns()]
        document = json.dumps(rows)
    return _compiled(document)


@lru_cache(maxsize=4)
def _compiled(document: str) -> Vocabulary:
    rows: list[Row] = json.loads(document)
    ordered = sorted(rows, key=lambda row: PRECEDENCE.index(Kind(row[1])))
    return Vocabulary(_entries(ordered))


def _entries(rows: Iterable[Row]) -> Iterable[Entry]:
    for text, kind, reach in rows:
        for words in expand(text):
            yield Entry(words, Kind(kind), Reach(reach))

"""The vocabulary in use: the phrase table of the database, ready for matching."""

from collections.abc import Iterable
from functools import cache, lru_cache

from django.db import connection

from optouts import builtin
from optouts.builtin import Builtin
from optouts.models import Phrase
from optouts.patterns import expand
from optouts.words import Entry, Kind, Reach, Vocabulary
from waproject.tenants.scope import current_tenant_id

Row = tuple[str, str, str]

# Of two rows with the same words the first kind here holds: rather not write to someone.
PRECEDENCE = (Kind.OPT_OUT, Kind.DOUBTFUL, Kind.INNOCENT, Kind.COURTESY, Kind.OPT_IN)
# And of two rows of one kind the one that counts in more texts.
WIDEST_FIRST = (Reach.ANYWHERE, Reach.SENTENCE, Reach.MESSAGE)

# Tells whether anything changed in far less time than hundreds of rows take to fetch. As text:
# the ORM takes 0.7 ms of the processor to ask this of each group of messages, not 0.07.
_STATE = (
    "SELECT COUNT(*), COALESCE(SUM(revision), 0), COUNT(*) FILTER (WHERE active)"
    " FROM opt_out_phrases WHERE tenant_id = %s"
)


def current() -> Vocabulary:
    """The vocabulary of the phrases that are in use at this moment.

    One small query; a change through the models holds for the next message in every process. The
    core (BAJA, STOP) holds whatever the table says, and for an empty table the built-in phrases
    stand in.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [current_tenant_id()])
        return _in_state(*cursor.fetchone())


@lru_cache(maxsize=4)
def _in_state(rows: int, revisions: int, in_use: int) -> Vocabulary:
    """The vocabulary of a state of the table: of the present one when it is new."""
    if not rows:
        return built_in()
    phrases = Phrase.objects.in_use().order_by("pk").values_list("text", "kind", "reach")
    return vocabulary_of([*_rows(builtin.core()), *phrases])


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

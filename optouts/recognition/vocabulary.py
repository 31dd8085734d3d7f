"""The vocabulary in use: the phrase table of the database, ready for matching."""

from collections.abc import Iterable
from functools import cache
from weakref import WeakValueDictionary

from django.db import connection

from optouts.models import Phrase
from optouts.recognition import builtin
from optouts.recognition.builtin import Builtin
from optouts.recognition.patterns import expand
from optouts.recognition.words import Entry, Kind, Reach, Vocabulary
from waproject.tenants.scope import PerTenant, current_tenant_id

Row = tuple[str, str, str]
# How many rows the table has, the sum of their revisions, and how many are in use.
State = tuple[int, int, int]

# Of two rows with the same words the kind that stands first here counts: in doubt, no message.
PRECEDENCE = (Kind.OPT_OUT, Kind.DOUBTFUL, Kind.INNOCENT, Kind.COURTESY, Kind.OPT_IN)
# Of two rows of one kind the one that counts in more texts.
WIDEST_FIRST = (Reach.ANYWHERE, Reach.SENTENCE, Reach.MESSAGE)

# Shows whether anything changed, much faster than hundreds of rows are read. Written as SQL: the
# ORM needs 0.7 ms of processor time for it, this 0.07, and each group of messages asks.
_STATE = (
    "SELECT COUNT(*), COALESCE(SUM(revision), 0), COUNT(*) FILTER (WHERE active)"
    " FROM opt_out_phrases WHERE tenant_id = %s"
)


def current() -> Vocabulary:
    """The vocabulary of the phrases that are in use at this moment.

    One small query; a change through the models counts for the next message in every process. The
    core (BAJA, STOP) always counts, and when the table is empty the built-in phrases are used.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [current_tenant_id()])
        state: State = cursor.fetchone()
    return _latest().in_state(state)


class _Latest:
    """The vocabulary of one business in the state of its table that was seen last."""

    def __init__(self) -> None:
        self._known: tuple[State, Vocabulary] | None = None

    def in_state(self, state: State) -> Vocabulary:
        """The vocabulary of this state; read from the table when another was seen last."""
        known = self._known
        if known and known[0] == state:
            return known[1]
        read = _read() if state[0] else built_in()
        self._known = state, read
        return read


_latest = PerTenant(_Latest)
# Businesses with the same phrases share one vocabulary, which takes some megabytes.
_shared: WeakValueDictionary[tuple[Row, ...], Vocabulary] = WeakValueDictionary()


def _read() -> Vocabulary:
    """The vocabulary that the table says now."""
    phrases = Phrase.objects.in_use().order_by("pk").values_list("text", "kind", "reach")
    rows = (*_rows(builtin.core()), *phrases)
    vocabulary = _shared.get(rows)
    if vocabulary is None:
        vocabulary = _shared[rows] = vocabulary_of(rows)
    return vocabulary


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

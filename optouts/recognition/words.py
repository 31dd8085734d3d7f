"""Recognise a person's wish to stop, or to start again, in what they wrote.

Pure: text and a vocabulary in, a finding out. No database, no settings. The vocabulary is
the phrases of the table that staff edit (`optouts.models.Phrase`).

Five kinds of phrase work together:

- opt-out and opt-in phrases count when, with any courtesy left out, they are all there is;
- courtesy ("por favor", "thanks") is left out wherever it stands;
- doubtful phrases ("número equivocado", "spam") let a person decide, and change nothing about a
  plain opt-out beside them;
- innocent phrases ("baja calidad", "start stop") cover a word that means something else; those
  that count as a sentence do so within one: "BAJA. El lunes…" is not "baja el".

An opt-out phrase inside a longer text decides nothing: the text is held for a person. So is a text
that is longer than what is read of it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from optouts.recognition.reading import Words, read_whole, sentences_of
from optouts.recognition.spelling import Speller


class Kind(TextChoices):
    OPT_OUT = "opt_out", _("opt-out")
    OPT_IN = "opt_in", _("opt-in")
    DOUBTFUL = "doubtful", _("doubtful, a person decides")
    COURTESY = "courtesy", _("courtesy, left out")
    INNOCENT = "innocent", _("innocent, means something else")


class Reach(TextChoices):
    """How much may stand around an opt-out or doubtful phrase before it means nothing.

    An innocent phrase covers words within a sentence, or anywhere.
    """

    MESSAGE = "message", _("only as the whole message")
    SENTENCE = "sentence", _("as a sentence of its own")
    ANYWHERE = "anywhere", _("anywhere in a text")


class Verdict(TextChoices):
    OPT_OUT = "opt_out", _("opts out")
    OPT_IN = "opt_in", _("opts in")
    HELD = "held", _("held for a person to decide")
    NOTHING = "nothing", _("nothing")


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of the vocabulary; `words` as `words_of` gives them."""

    words: Words
    kind: Kind
    reach: Reach = Reach.ANYWHERE


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a text, and the phrase that led to it ("" when nothing did)."""

    verdict: Verdict
    phrase: str = ""


NOTHING = Finding(Verdict.NOTHING)
TOO_LONG_TO_READ = Finding(Verdict.HELD)

DECIDING = {
    Kind.OPT_OUT: Verdict.OPT_OUT,
    Kind.OPT_IN: Verdict.OPT_IN,
    Kind.DOUBTFUL: Verdict.HELD,
}
# The kinds of words that may surround a kind of phrase without changing its meaning.
LEFT_OUT_BESIDE = {
    Kind.OPT_OUT: {Kind.COURTESY, Kind.DOUBTFUL},
    Kind.OPT_IN: {Kind.COURTESY},
    Kind.DOUBTFUL: {Kind.COURTESY},
}
HOLDING = (Kind.OPT_OUT, Kind.DOUBTFUL)


class Vocabulary:
    """The phrases of the table, indexed for matching by words."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Of two entries with the same words the first holds."""
        self._entries: dict[Words, Entry] = {}
        for entry in entries:
            self._entries.setdefault(entry.words, entry)

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How many words the phrases have that begin with a word, the longest first."""
        found: dict[str, set[int]] = {}
        for words in self._entries:
            found.setdefault(words[0], set()).add(len(words))
        return {word: sorted(lengths, reverse=True) for word, lengths in found.items()}

    @cached_property
    def _speller(self) -> Speller:
        entries = self._entries.values()
        ordered = [entry for entry in entries if entry.kind == Kind.OPT_OUT]
        ordered += [entry for entry in entries if entry.kind != Kind.OPT_OUT]
        unmistakable = [
            entry.words[0]
            for entry in ordered
            if entry.kind == Kind.OPT_OUT and len(entry.words) == 1
        ]
        return Speller((word for entry in ordered for word in entry.words), unmistakable)

    def spelled(self, words: Words) -> Words:
        """The words, misspelled ones as this vocabulary has them."""
        return tuple(map(self._speller.read, words))

    def whole(self, words: Words) -> Entry | None:
        """The phrase that these words are, exactly, if it decides something."""
        entry = self._entries.get(words)
        return entry if entry and entry.kind in DECIDING else None

    def starting_at(self, words: Sequence[str], start: int) -> Iterator[Entry]:
        """The phrases that begin at a position, the longest first."""
        for length in self._lengths.get(words[start], ()):
            if entry := self._entries.get(tuple(words[start : start + length])):
                yield entry

    def without_courtesy(self, words: Words) -> Words:
        kept: list[str] = []
        position = 0
        while position < len(words):
            courtesy = (e for e in self.starting_at(words, position) if e.kind == Kind.COURTESY)
            found = next(courtesy, None)
            if found is None:
                kept.append(words[position])
            position += len(found.words) if found else 1
        return tuple(kept)

    def made_only_of(self, words: Words, kind: Kind) -> Entry | None:
        """The first phrase, when phrases of a kind, and what may be left out, are all there is.

        "Stop stop", "Baja. No me escriban más" are made only of opt-out phrases.
        """
        beside = LEFT_OUT_BESIDE[kind]
        first: dict[int, Entry | None] = {0: None}
        for start in range(len(words)):
            if start not in first:
                continue
            for entry in self.starting_at(words, start):
                end = start + len(entry.words)
                if entry.kind == kind and entry.reach != Reach.MESSAGE:
                    first[end] = first.get(end) or first[start] or entry
                elif entry.kind in beside and entry.reach != Reach.MESSAGE:
                    first[end] = first.get(end) or first[start]
        return first.get(len(words))


def recognise(text: str, vocabulary: Vocabulary) -> Finding:
    """Recognise what a message says about consent: opt out, opt in, doubtful, or nothing."""
    sentences = [vocabulary.spelled(sentence) for sentence in sentences_of(text)]
    words = tuple(word for sentence in sentences for word in sentence)
    if not read_whole(text):
        found = _held(sentences, words, vocabulary)
        return TOO_LONG_TO_READ if found == NOTHING else found
    if entry := vocabulary.whole(words) or _all_that_is_said(words, vocabulary):
        return Finding(DECIDING[entry.kind], " ".join(entry.words))
    return _held(sentences, words, vocabulary)


def _all_that_is_said(words: Words, vocabulary: Vocabulary) -> Entry | None:
    # As it stands too: in "no messages please, thanks" a courtesy is part of the phrase.
    rest = vocabulary.without_courtesy(words)
    for kind in (Kind.OPT_OUT, Kind.OPT_IN):
        entry = vocabulary.made_only_of(rest, kind) or vocabulary.made_only_of(words, kind)
        if entry:
            return entry
    entry = vocabulary.whole(rest)
    return entry if entry and entry.kind == Kind.DOUBTFUL else None


@dataclass(frozen=True, slots=True)
class _Span:
    """Where in the words of a text an entry was found."""

    positions: range
    entry: Entry


def _held(sentences: Collection[Words], words: Words, vocabulary: Vocabulary) -> Finding:
    """Held when an opt-out or a doubt remains after innocent phrases have covered theirs.

    Where phrases overlap the longer one is meant, and between equals the innocent one:
    "de baja calidad" is innocent, "denme de baja el número" is not.
    """
    spans = [*_spans_anywhere(words, vocabulary), *_spans_of_sentences(sentences, vocabulary)]
    spans.sort(key=lambda span: (-len(span.positions), span.entry.kind != Kind.INNOCENT))
    taken: set[int] = set()
    held: list[_Span] = []
    for span in spans:
        if taken.isdisjoint(span.positions):
            taken.update(span.positions)
            if span.entry.kind in HOLDING:
                held.append(span)
    if not held:
        return NOTHING
    first = min(held, key=lambda span: span.positions.start)
    return Finding(Verdict.HELD, " ".join(first.entry.words))


def _spans_anywhere(words: Words, vocabulary: Vocabulary) -> Iterator[_Span]:
    for start in range(len(words)):
        for entry in vocabulary.starting_at(words, start):
            if entry.kind in (*HOLDING, Kind.INNOCENT) and entry.reach == Reach.ANYWHERE:
                yield _Span(range(start, start + len(entry.words)), entry)


def _spans_of_sentences(sentences: Iterable[Words], vocabulary: Vocabulary) -> Iterator[_Span]:
    start = 0
    for sentence in sentences:
        end = start + len(sentence)
        rest = vocabulary.without_courtesy(sentence)
        for kind in HOLDING:
            if entry := vocabulary.made_only_of(rest, kind):
                yield _Span(range(start, end), entry)
                break
        yield from _innocent_within(sentence, start, vocabulary)
        start = end


def _innocent_within(sentence: Words, start: int, vocabulary: Vocabulary) -> Iterator[_Span]:
    for place in range(len(sentence)):
        for entry in vocabulary.starting_at(sentence, place):
            if entry.kind == Kind.INNOCENT and entry.reach == Reach.SENTENCE:
                first = start + place
                yield _Span(range(first, first + len(entry.words)), entry)

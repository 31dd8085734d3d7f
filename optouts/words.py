"""Recognise a person's wish to stop, or to start again, in what they wrote.

Pure: text and a vocabulary in, a finding out. No database, no settings. The vocabulary is
the phrases of the table that staff edit (`optouts.models.Phrase`).

Four kinds of phrase work together:

- opt-out and opt-in phrases count when, with any courtesy left out, they are all there is;
- courtesy ("por favor", "thanks") is left out wherever it stands;
- innocent phrases ("baja calidad", "start stop") cover a word that means something else.

An opt-out phrase inside a longer text decides nothing: the text is held for a person.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    OPT_OUT = "opt_out", _("opt-out")
    OPT_IN = "opt_in", _("opt-in")
    COURTESY = "courtesy", _("courtesy, left out")
    INNOCENT = "innocent", _("innocent, means something else")


class Reach(TextChoices):
    """How much may stand around an opt-out phrase before it means nothing."""

    MESSAGE = "message", _("only as the whole message")
    SENTENCE = "sentence", _("as a sentence of its own")
    ANYWHERE = "anywhere", _("anywhere in a text")


class Verdict(TextChoices):
    OPT_OUT = "opt_out", _("opts out")
    OPT_IN = "opt_in", _("opts in")
    HELD = "held", _("held for a person to decide")
    NOTHING = "nothing", _("nothing")


Words = tuple[str, ...]


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

# An address says nothing about its sender's wishes, even when it reads /baja or /stop.
LINK = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+", re.IGNORECASE)
APOSTROPHES = str.maketrans("", "", "'’‘´`ʼ")
SENTENCE_END = re.compile(r"[.,;:!?¡¿…()\[\]{}|•–—\r\n\u2028\u2029]")
WORD = re.compile(r"[^\W_]+")
SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*]+){2,}[^\W\d_](?![^\W_])")
STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def words_of(text: str) -> Words:
    """The words of a text in the form in which they are compared.

    Lower case, without accents, punctuation, emoji and invisible characters; letters
    spelled out ("B A J A") are joined and stretched ones ("STOOOP") shortened.
    """
    return tuple(word for sentence in sentences_of(text) for word in sentence)


def sentences_of(text: str) -> list[Words]:
    """The words of each stretch of text between punctuation, line breaks and emoji."""
    plain = _plain(LINK.sub(" link ", text))
    plain = SPELLED_OUT.sub(lambda run: "".join(WORD.findall(run.group())), plain)
    plain = STRETCHED.sub(r"\1", plain)
    sentences = (tuple(WORD.findall(part)) for part in SENTENCE_END.split(plain))
    return [sentence for sentence in sentences if sentence]


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.translate(APOSTROPHES))
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Mn" | "Me" | "Cf":  # accents, keycaps, zero-width characters
            return ""
        case "So":  # emoji end a sentence as a full stop does
            return "."
    return character


class Vocabulary:
    """The phrases of the table, indexed for matching by words."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Of two entries with the same words the first holds."""
        self._entries: dict[Words, Entry] = {}
        for entry in entries:
            self._entries.setdefault(entry.words, entry)

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._entries), default=0)

    def whole(self, words: Words) -> Entry | None:
        """The opt-out or opt-in phrase that these words are, exactly."""
        entry = self._entries.get(words)
        return entry if entry and entry.kind in (Kind.OPT_OUT, Kind.OPT_IN) else None

    def starting_at(self, words: Sequence[str], start: int) -> Iterator[Entry]:
        """The phrases that begin at a position, the longest first."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            entry = self._entries.get(tuple(words[start : start + length]))
            if entry:
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
        """The first phrase, when phrases of a kind, and courtesies, are all that is there.

        "Stop stop", "Baja. No me escriban más" are made only of opt-out phrases.
        """
        first: dict[int, Entry | None] = {0: None}
        for start in range(len(words)):
            if start not in first:
                continue
            for entry in self.starting_at(words, start):
                end = start + len(entry.words)
                if entry.kind == kind and entry.reach != Reach.MESSAGE:
                    first[end] = first.get(end) or first[start] or entry
                elif entry.kind == Kind.COURTESY:
                    first[end] = first.get(end) or first[start]
        return first.get(len(words))


def recognise(text: str, vocabulary: Vocabulary) -> Finding:
    """What a person's message says about being written to."""
    sentences = sentences_of(text)
    words = tuple(word for sentence in sentences for word in sentence)
    entry = vocabulary.whole(words) or _all_that_is_said(words, vocabulary)
    if entry:
        return Finding(Verdict(entry.kind.value), " ".join(entry.words))
    return _held(sentences, words, vocabulary)


def _all_that_is_said(words: Words, vocabulary: Vocabulary) -> Entry | None:
    # As it stands too: in "no messages please, thanks" a courtesy is part of the phrase.
    rest = vocabulary.without_courtesy(words)
    for kind in (Kind.OPT_OUT, Kind.OPT_IN):
        entry = vocabulary.made_only_of(rest, kind) or vocabulary.made_only_of(words, kind)
        if entry:
            return entry
    return None


@dataclass(frozen=True, slots=True)
class _Span:
    """Where in the words of a text an entry was found."""

    positions: range
    entry: Entry


def _held(sentences: list[Words], words: Words, vocabulary: Vocabulary) -> Finding:
    """Held when an opt-out phrase remains after innocent phrases have covered theirs.

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
            if span.entry.kind == Kind.OPT_OUT:
                held.append(span)
    if not held:
        return NOTHING
    first = min(held, key=lambda span: span.positions.start)
    return Finding(Verdict.HELD, " ".join(first.entry.words))


def _spans_anywhere(words: Words, vocabulary: Vocabulary) -> Iterator[_Span]:
    for start in range(len(words)):
        for entry in vocabulary.starting_at(words, start):
            innocent = entry.kind == Kind.INNOCENT
            if innocent or (entry.kind == Kind.OPT_OUT and entry.reach == Reach.ANYWHERE):
                yield _Span(range(start, start + len(entry.words)), entry)


def _spans_of_sentences(sentences: list[Words], vocabulary: Vocabulary) -> Iterator[_Span]:
    start = 0
    for sentence in sentences:
        end = start + len(sentence)
        entry = vocabulary.made_only_of(vocabulary.without_courtesy(sentence), Kind.OPT_OUT)
        if entry:
            yield _Span(range(start, end), entry)
        start = end

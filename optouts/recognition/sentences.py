"""Measures a vocabulary with sentences that people have judged.

A file has one sentence a line: `held; es; Soy Juan, baja`, which is the verdict, the language and
the text. Empty lines and lines that begin with # say nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from optouts.recognition.words import Verdict, Vocabulary, recognise


@dataclass(frozen=True, slots=True)
class Sentence:
    expected: Verdict
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, and what was made of it."""

    sentence: Sentence
    verdict: Verdict
    phrase: str

    @property
    def right(self) -> bool:
        return self.verdict == self.sentence.expected


class CannotRead(ValueError):
    """Says which line of a file is no sentence, and why."""


def read_sentences(path: Path) -> list[Sentence]:
    """The sentences of a file. Raises CannotRead."""
    lines = enumerate(path.read_text("utf-8").splitlines(), start=1)
    return [
        _sentence(line, place=f"{path.name}:{number}")
        for number, line in lines
        if line.strip() and not line.startswith("#")
    ]


def _sentence(line: str, *, place: str) -> Sentence:
    parts = [part.strip() for part in line.split(";", 2)]
    if len(parts) != 3 or parts[0] not in Verdict.values:
        raise CannotRead(
            _("%(place)s: a line is “verdict; language; text”, with a verdict of %(verdicts)s.")
            % {"place": place, "verdicts": ", ".join(Verdict.values)}
        )
    return Sentence(Verdict(parts[0]), parts[1], parts[2])


def judge(sentences: Iterable[Sentence], vocabulary: Vocabulary) -> list[Judged]:
    """What the vocabulary makes of each sentence."""
    found = ((one, recognise(one.text, vocabulary)) for one in sentences)
    return [Judged(one, finding.verdict, finding.phrase) for one, finding in found]


@dataclass(frozen=True, slots=True)
class Figures:
    """The errors among judged sentences, in numbers of sentences.

    `requests` are those that ask, or may ask, for an opt-out; `missed` the requests after which
    nothing happens; `left` the plain ones that a person has to read. Of the `innocent` ones some
    are opted out, and some are held. `overdone` are the doubtful ones that opt out by themselves.
    """

    requests: int
    missed: int
    left: int
    overdone: int
    innocent: int
    opted_out: int
    held: int


def figures(judged: Sequence[Judged]) -> Figures:
    def count(expected: Sequence[Verdict], *verdicts: Verdict) -> int:
        those = [one for one in judged if one.sentence.expected in expected]
        return sum(not verdicts or one.verdict in verdicts for one in those)

    requests, innocent = (Verdict.OPT_OUT, Verdict.HELD), (Verdict.NOTHING, Verdict.OPT_IN)
    return Figures(
        requests=count(requests),
        missed=count(requests, *innocent),
        left=count([Verdict.OPT_OUT], Verdict.HELD),
        overdone=count([Verdict.HELD], Verdict.OPT_OUT),
        innocent=count(innocent),
        opted_out=count(innocent, Verdict.OPT_OUT),
        held=count(innocent, Verdict.HELD),
    )

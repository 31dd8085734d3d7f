"""Phrases written with alternatives: "[quiero|quisiera] darme de baja [ya|]".

`[a|b]` stands for either, `[a|]` for a or nothing; groups do not nest. So one row of
the phrase table replaces dozens.
"""

import math
import re
from itertools import chain, product

from django.utils.translation import gettext as _

from optouts.recognition.reading import Words, words_of

GROUP = re.compile(r"\[([^\[\]]*)\]")
MOST_COMBINATIONS = 500


class PatternError(ValueError):
    """Says, in a sentence for staff, why a phrase cannot be used."""


def expand(pattern: str) -> list[Words]:
    """Every phrase that a pattern stands for, in the words in which texts are compared."""
    parts = [[words_of(text) for text in part] for part in _parts(pattern)]
    phrases = (tuple(chain.from_iterable(choice)) for choice in product(*parts))
    return list(dict.fromkeys(words for words in phrases if words))


def normalised(pattern: str) -> str:
    """A pattern's own canonical spelling: two patterns that differ in case or accents share it."""
    parts = [["-".join(words_of(text)) for text in part] for part in _parts(pattern)]
    return " ".join(part[0] if len(part) == 1 else f"[{'|'.join(part)}]" for part in parts).strip()


def check(pattern: str) -> list[Words]:
    """The same as `expand`, but raises PatternError when the pattern makes no sense."""
    if set(GROUP.sub("", pattern)) & set("[]|"):
        raise PatternError(
            _("Alternatives are written as [one|other]: a bracket or bar is out of place.")
        )
    if math.prod(map(len, _parts(pattern))) > MOST_COMBINATIONS:
        raise PatternError(
            _("This stands for more than %(most)s phrases. Split it into several rows.")
            % {"most": MOST_COMBINATIONS}
        )
    phrases = expand(pattern)
    if not phrases:
        raise PatternError(_("There is no word here: write at least one letter or digit."))
    return phrases


def _parts(pattern: str) -> list[list[str]]:
    pieces = GROUP.split(pattern)  # literal text at even places, groups at odd ones
    parts = [piece.split("|") if place % 2 else [piece] for place, piece in enumerate(pieces)]
    return [part for part in parts if part != [""]]

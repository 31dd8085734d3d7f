"""Words as people misspell them, read as the words of the vocabulary.

A letter may stand for a word ("q", "x"), as people write in chats. And two slips are known. A word
spelled by ear ("vaja", "stopp", "escrivan") sounds like one of the vocabulary. In a long word that
is an opt-out by itself ("unsubscribe") one letter may be missing, or two neighbours swapped. A word
that the vocabulary has is never read as another.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

# Shorter words differ from others by too little: "no" and "non", "de" and "dé".
SHORTEST_BY_EAR = 4
SHORTEST_WITH_A_SLIP = 8
# Longer words are left as they are: a slip of one letter is rare in them.
LONGEST = 24

IN_CHATS = {"q": "que", "k": "que", "d": "de", "m": "me", "x": "por"}

_DOUBLED = re.compile(r"([^\W\d_])\1")
_SAME_SOUND = str.maketrans({"v": "b", "z": "s"})
_SOFT_C = re.compile(r"c(?=[ei])")
_SOFT_G = re.compile(r"g(?=[ei])")
_SILENT_H = re.compile(r"(?<![cs])h")
_QU = re.compile(r"qu?")
_N_BEFORE_B = re.compile(r"n(?=[bp])")


def sound(word: str) -> str:
    """One spelling for all words that sound alike in Spanish, with doubled letters once."""
    word = _QU.sub("k", word.replace("ll", "y")).translate(_SAME_SOUND)
    word = _SOFT_C.sub("s", _SOFT_G.sub("j", word))
    word = _SILENT_H.sub("", _N_BEFORE_B.sub("m", word))
    return _DOUBLED.sub(r"\1", word)


class Speller:
    """Finds the word of a vocabulary that a misspelled word stands for."""

    def __init__(self, words: Iterable[str], unmistakable: Iterable[str]) -> None:
        """`words` are all of the vocabulary, those to prefer first.

        `unmistakable` are those in which a letter may be missing or two swapped.
        """
        self._known = dict.fromkeys(words)
        self._by_sound: dict[str, str] = {}
        for word in self._known:
            if len(word) >= SHORTEST_BY_EAR:
                self._by_sound.setdefault(sound(word), word)
        self._by_slip = _slips(unmistakable)

    def read(self, word: str) -> str:
        """The word of the vocabulary that is meant, else the word itself."""
        if word in self._known:
            return word
        if IN_CHATS.get(word) in self._known:
            return IN_CHATS[word]
        if not SHORTEST_BY_EAR <= len(word) <= LONGEST:
            return word
        if word in self._by_slip:
            return self._by_slip[word]
        # "allto" has a letter doubled, "yamen" is "llamen".
        spellings = (sound(word), sound(_DOUBLED.sub(r"\1", word)))
        return next((self._by_sound[one] for one in spellings if one in self._by_sound), word)


def _slips(words: Iterable[str]) -> Mapping[str, str]:
    """Long words by their misspellings; a misspelling of two words belongs to the first."""
    meant: dict[str, str] = {}
    for word in words:
        if len(word) >= SHORTEST_WITH_A_SLIP:
            for spelling in _spellings(word):
                meant.setdefault(spelling, word)
    return meant


def _spellings(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]

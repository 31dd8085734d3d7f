"""The words of a text in the form in which they are compared, in time linear in its length.

Strangers write these texts. So no pattern may read a part of the text twice, and no more is read
than a telephone can write in one message.
"""

import re
import unicodedata
from functools import lru_cache

Words = tuple[str, ...]

# WhatsApp sends at most 4,096 characters, SMS 1,600: what telephones write is read whole. Of a
# longer text the beginning and the end are read, where a person says what they want.
READ_WHOLE = 4_096
READ_OF_EACH_END = READ_WHOLE // 2

# An address says nothing about its sender's wishes, even when it reads /baja or /stop.
LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)++[^\s,;]*+", re.IGNORECASE
)
APOSTROPHES = frozenset("'’‘´`ʼ")
# Emoji that people send instead of a word. Others end a sentence as a full stop does.
SIGNS = frozenset("🛑🚫⛔📵🔕✋🙅🖕❌")
SENTENCE_END = re.compile(r"[.,;:!?¡¿…()\[\]{}|•–—\r\n\u2028\u2029]")
WORD = re.compile(rf"[^\W_]+|[{''.join(sorted(SIGNS))}]")
SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*]++){2,}[^\W\d_](?![^\W_])")
STRETCHED = re.compile(rf"([^\W\d_]|[{''.join(sorted(SIGNS))}])\1{{2,}}")

# Written with 2 to 4 letters in one character are "ﬁ", "½", "Ⅷ"; U+FDFA, which has 18, is rare.
_LONGEST_EXPANSION = 4
# Of the million characters that there are, people use some hundreds.
_REMEMBERED = 4_096


def words_of(text: str) -> Words:
    """The words of a text in the form in which they are compared.

    Lower case, without accents, punctuation, emoji and invisible characters; letters
    spelled out ("B A J A") are joined and stretched ones ("STOOOP") shortened.
    """
    return tuple(word for sentence in sentences_of(text) for word in sentence)


@lru_cache(maxsize=64)  # opt-outs and the menu read the same message
def sentences_of(text: str) -> tuple[Words, ...]:
    """The words of each stretch of text between punctuation, line breaks and emoji.

    Of a text that is not `read_whole`, the beginning and the end.
    """
    if not read_whole(text):
        text = f"{text[:READ_OF_EACH_END]}\n{text[-READ_OF_EACH_END:]}"
    plain = LINK.sub(" link ", text).translate(_PLAIN)
    plain = plain.replace(" + ", " mas ")
    plain = SPELLED_OUT.sub(lambda run: "".join(WORD.findall(run.group())), plain)
    plain = STRETCHED.sub(r"\1", plain)
    sentences = (tuple(WORD.findall(part)) for part in SENTENCE_END.split(plain))
    return tuple(sentence for sentence in sentences if sentence)


def read_whole(text: str) -> bool:
    """False for a text that is longer than what is read of it."""
    return len(text) <= READ_WHOLE


class _PlainCharacters(dict[int, str]):
    """The plain form of each character, by its code point; computed once for those in use."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = plain
        return plain


def _plain(character: str) -> str:
    if character in SIGNS:
        return character
    if character in APOSTROPHES:
        return ""
    letters = unicodedata.normalize("NFKD", character)
    # Turkish has an i without a dot, whose capital is that of the other i.
    letters = unicodedata.normalize("NFKD", letters.casefold().replace("ı", "i"))
    if len(letters) > _LONGEST_EXPANSION:
        return " "
    return "".join(map(_shown, letters))


def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Mn" | "Me" | "Cf":  # accents, keycaps, zero-width characters
            return ""
        case "So":
            return "."
    return character


_PLAIN = _PlainCharacters()

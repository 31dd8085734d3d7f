"""What is said against a template: where, what, and how to mend it."""

import re
from dataclasses import dataclass
from unicodedata import category

from waproject.core.text.invisible import is_invisible

# Pictographs, flags, dingbats, and the marks that make a picture of a plain character.
EMOJI = re.compile(
    "[\u203c\u2049\u20e3\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]"
)
FORMAT = re.compile("[*_~`]")
_LETTER = re.compile(r"\w")


@dataclass(frozen=True)
class Objection:
    """One thing that WhatsApp would refuse; of `is_warning`, one that is allowed and unwise.

    `place` is the field of the page that it stands beside: `body`, `header_text`,
    `button-abcdefgh-text`, `variable-nombre-example`.
    """

    place: str
    sentence: str
    mend: str
    is_warning: bool = False

    @property
    def text(self) -> str:
        """Both sentences, for where there is room for one line."""
        return f"{self.sentence} {self.mend}"


def words(text: str) -> int:
    """How many words a text has; a sign by itself is none."""
    return sum(bool(_LETTER.search(word)) for word in text.split())


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: no letter, digit or sign."""
    return not any(category(char)[0] in "LNPS" and not is_invisible(char) for char in text)

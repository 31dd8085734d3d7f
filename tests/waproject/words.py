"""What a page says to its reader, and which of it is not in the reader's language."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser

from django.utils.translation import trans_real

# Attributes that are read, aloud or under the pointer.
READ = {"alt", "aria-description", "aria-label", "data-label", "placeholder", "title"}
UNREAD = {"kbd", "script", "style", "template"}
# Words that only one of the languages has, for what stands between the tags of a sentence.
ENGLISH = "the of and with this that was were which from have been your their cannot not"
SPANISH = "el los las del que para por con una este esta su sus está son como"
# How Django's own Spanish speaks: in usted, and as if every noun were masculine.
STOCK = re.compile(
    r"(?:^|[.:;] )(?:seleccione|introduzca|ingrese|escriba|escoja|elija|pulse|presione|mantenga|"
    r"corrija|compruebe|modificar|vaya|el \w+ “)\b|\busted\b|por favor|asegúrese|está seguro|"
    r"su cuenta|su contraseña|añadi|vínculo|fue agregado|correctamente|satisfactoriamente|"
    r"con éxito|llévame|histórico|sitio de administración|seleccionad[oa]",
    re.IGNORECASE,
)
# Names that are the same in both.
NAMES = re.compile(r"\bel salvador\b")
PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[a-z]|%[sd]|\{\w*\}")


class _Visible(HTMLParser):
    """Collects what is read; what says itself of which language it is, is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hidden = 0
        self.found: list[str] = []
        # The elements of one name within one that says its language, that one included.
        self.marked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in UNREAD
        says_language = tag != "html" and any(name == "lang" for name, _value in attrs)
        if self.marked[:1] == [tag] or (not self.marked and says_language):
            self.marked.append(tag)
        if self.marked:
            return
        self.found += [value for name, value in attrs if name in READ and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in UNREAD
        if self.marked[:1] == [tag]:
            self.marked.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden and not self.marked:
            self.found.append(data)


def texts_on(html: str) -> set[str]:
    """The texts of a page, each as it stands between two tags or in an attribute that is read."""
    page = _Visible()
    page.feed(html)
    return {" ".join(text.split()) for text in page.found} - {""}


class Language:
    """The texts of the catalogues, ours and the packages', as readers of one language see them."""

    def __init__(self, own: Iterable[str], other: Iterable[str], other_words: str) -> None:
        known = {_plain(text) for text in own}
        foreign = {_plain(text) for text in other} - known
        self.whole = {text for text in foreign if not PLACEHOLDER.search(text)}
        self.patterns = [
            (part, _pattern(text))
            for text in foreign - self.whole
            if len(part := _longest_part(text)) > 5
        ]
        self.words = re.compile(rf"\b(?:{other_words.replace(' ', '|')})\b", re.IGNORECASE)

    def is_foreign(self, text: str) -> bool:
        """Whether the text is one of the other language."""
        plain = NAMES.sub("", _plain(text))
        return (
            plain in self.whole
            or self.words.search(plain) is not None
            or any(part in plain and pattern.fullmatch(plain) for part, pattern in self.patterns)
        )


@cache
def language(code: str) -> Language:
    pairs = list(_pairs())
    english = [text for text, _translation in pairs]
    spanish = [translation for _text, translation in pairs]
    if code == "es":
        return Language(spanish, english, ENGLISH)
    return Language(english, spanish, SPANISH)


def _pairs() -> Iterator[tuple[str, str]]:
    """Each text of all catalogues with its Spanish."""
    for key, translation in trans_real.translation("es")._catalog.items():
        text = key[0] if isinstance(key, tuple) else key
        if text and translation:
            yield text.rpartition("\x04")[2], translation


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _longest_part(text: str) -> str:
    """Of what stands between the placeholders; a text without it need not be compared."""
    return max(PLACEHOLDER.split(text), key=len).strip()


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, PLACEHOLDER.split(text))))

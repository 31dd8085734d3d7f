"""Sentences that can be stored, and put into words again in the language of their reader.

A module whose sentences are stored imports `gettext` and `ngettext` from here instead of from
Django. What they return is a text like any other; besides, it knows what it was made of, and
`stored` gives that as JSON. The key of a sentence is its English text, as in every catalogue.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime

# What `stored` gives: the text itself where nobody translates it, else what it was made of.
Stored = str | dict[str, Any]


class Sentence(str):
    """A text in the language of the moment at which it was made, and what it was made of."""

    source: Stored

    def __new__(cls, source: Stored) -> "Sentence":
        made = super().__new__(cls, in_words(source))
        made.source = source
        return made

    def __mod__(self, values: Any) -> "Sentence":
        """The sentence with its values by name.

        One that is a Sentence, or the label of a choice, is translated with it; a moment is written
        as its reader writes moments.
        """
        kept = {name: _stored_value(value) for name, value in values.items()}
        source = self.source if isinstance(self.source, dict) else {"text": self.source}
        return Sentence({**source, "values": kept})


class SaidError(Exception):
    """An error whose text is one sentence, for a person."""

    @property
    def sentence(self) -> str:
        """The sentence, which can be stored where it is a Sentence."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


def gettext(message: str) -> Sentence:
    """As Django's, of a sentence that can be stored."""
    return Sentence({"text": message})


def ngettext(singular: str, plural: str, number: int) -> Sentence:
    """As Django's, of a sentence that can be stored."""
    return Sentence({"text": singular, "plural": plural, "number": number})


def sentence_of(label: Promise | str, context: str = "") -> Sentence:
    """The label of a choice, or another text that was marked for translation."""
    with translation.override(None):
        source = {"text": str(label)}
    return Sentence({**source, "context": context} if context else source)


def joined(*sentences: str) -> Sentence:
    """Several sentences as one."""
    return Sentence({"parts": [stored(one) for one in sentences]})


def stored(text: Stored) -> Stored:
    """A text as JSON, to be put into words by `in_words`; what is stored already, as it is."""
    return text.source if isinstance(text, Sentence) else text


def in_words(source: Stored) -> str:
    """A stored text in the language of now."""
    if isinstance(source, str):
        return source
    if "parts" in source:
        return " ".join(map(in_words, source["parts"]))
    values = source.get("values")
    return _translated(source) % _words_of(values) if values else _translated(source)


def _translated(source: Mapping[str, Any]) -> str:
    text = source["text"]
    if "plural" in source:
        return translation.ngettext(text, source["plural"], source["number"])
    if "context" in source:
        found = translation.pgettext(source["context"], text)
        if found != text:
            return found
    return translation.gettext(text)


def _stored_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, Promise):
        return stored(sentence_of(value))
    if isinstance(value, str):
        return stored(value)
    return value if isinstance(value, int | float | list) else str(value)


def _words_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value_in_words(value) for name, value in values.items()}


def _value_in_words(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "moment" not in value:
        return in_words(value)
    moment = parse_datetime(value["moment"])
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else value["moment"]

"""People by what they drive: the words of a search as the model of a vehicle."""

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from contacts.models import Vehicle
from contacts.search.conditions import seeks_an_address
from contacts.spelling.same_words import folded
from waproject.core.admin.lists import LONGEST_SEARCH

_YEAR = re.compile(r"(19|20)[0-9]{2}")
_BETWEEN_WORDS = re.compile(r"[^0-9a-z]+")


def or_owners(named: Q, text: str) -> Q:
    """The contacts of a condition, and those with a vehicle that a text names."""
    found = vehicles_named(text)
    return named if found is None else named | Q(pk__in=found.order_by().values("contact"))


def vehicles_named(text: str) -> "QuerySet[Vehicle] | None":
    """The vehicles of the model that a text names: `tucson`, `cx 5`, `Hyundai Tucson 2018`.

    None where it names none. Each word is a whole word of a model or make, or a year, and one at
    least is of a model: a part of a word would be part of many names of people too.
    """
    text = text[:LONGEST_SEARCH]
    if not text.strip() or seeks_an_address(text):
        return None
    there = Vehicle.objects
    models, makes = _by_word(there.all_models()), _by_word(there.makes())
    condition, names_a_model = Q(), False
    for word in _words(text):
        of_model, of_make = models.get(word, []), makes.get(word, [])
        if not (of_model or of_make or _YEAR.fullmatch(word)):
            return None
        named = Q(model__in=of_model) | Q(make__in=of_make)
        condition &= named | Q(year=int(word)) if _YEAR.fullmatch(word) else named
        names_a_model = names_a_model or bool(of_model)
    return there.filter(condition) if names_a_model else None


def _by_word(names: Iterable[str]) -> dict[str, list[str]]:
    """The names in which each word is; a name is a word itself, without what parts its words."""
    found: dict[str, list[str]] = {}
    for name in names:
        words = _words(name)
        for word in {*words, "".join(words)}:
            found.setdefault(word, []).append(name)
    return found


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(folded(text)) if word]

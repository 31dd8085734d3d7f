"""Models of vehicles, each in one spelling: the one that is stored already, else the first seen.

Unlike makes they have no list: `RAV4`, `CX-5` and `Hilux` are all right as they are. A new one in
capitals or small letters alone is written as a name.
"""

from contacts.models import Vehicle
from waproject.core.text.invisible import visible

# Shorter words may be letters that are said one by one: `GLA`, `ASX`.
_SHORTEST_NAME = 4


class ModelSpellings:
    """The spellings of the models of each make, read from the database when a make is met first."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def spell(self, make: str, model: str) -> str:
        """`HILUX` is `Hilux` where the make has a Hilux; a new model is known from now on."""
        known = self._known.get(make)
        if known is None:
            known = self._known[make] = _stored(make)
        return known.setdefault(model.casefold(), _as_a_name(model))


def _stored(make: str) -> dict[str, str]:
    """The stored models of a make by their key; of several spellings the one not shouted."""
    spellings = sorted(Vehicle.objects.models_of(make), key=str.isupper)
    known: dict[str, str] = {}
    for model in spellings:
        known.setdefault(visible(model).casefold(), model)
    return known


def _as_a_name(model: str) -> str:
    """`TUCSON` and `land cruiser` as `Tucson` and `Land Cruiser`; `CX-5` and `GLA` stay."""
    return " ".join(
        word.capitalize() if _is_in_one_case(word) and len(word) >= _SHORTEST_NAME else word
        for word in model.split(" ")
    )


def _is_in_one_case(word: str) -> bool:
    return word.isalpha() and (word.isupper() or word.islower())

"""Models of vehicles, each in one spelling: the one that is stored already, else the first seen.

Unlike makes they have no list: `RAV4`, `CX-5` and `Hilux` are all right as they are.
"""

from contacts.models import Vehicle
from waproject.core.text.invisible import visible


class ModelSpellings:
    """The spellings of the models of each make, read from the database when a make is met first."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    def spell(self, make: str, model: str) -> str:
        """`HILUX` is `Hilux` where the make has a Hilux; a new model is known from now on."""
        known = self._known.get(make)
        if known is None:
            known = self._known[make] = _stored(make)
        return known.setdefault(model.casefold(), model)


def _stored(make: str) -> dict[str, str]:
    """The stored models of a make by their key; of several spellings the one not shouted."""
    spellings = sorted(Vehicle.objects.models_of(make), key=str.isupper)
    known: dict[str, str] = {}
    for model in spellings:
        known.setdefault(visible(model).casefold(), model)
    return known

"""The phrases that a new installation starts with, read from `phrases/<language>.txt`.

A section `== opt_out sentence` names the kind and, where it matters, the reach of the patterns
under it, one a line (optouts.recognition.patterns). Case and accents do not matter. `data = mis
datos|mi número` names alternatives, for which `[<data>]` then stands. A comment begins with #.

`phrases/core.txt` holds the words that are always heard: nobody can switch them off.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from optouts.recognition.words import Kind, Reach

FOLDER = Path(__file__).parent / "phrases"
# Other languages have no more than WhatsApp's own buttons.
LANGUAGES = {"es": "es", "en": "en", "pt": "pt", "others": ""}

_DEFINITION = re.compile(r"(\w+) = (.+)")
_NAME = re.compile(r"<(\w+)>")


class Builtin(NamedTuple):
    text: str
    kind: Kind
    reach: Reach
    language: str
    core: bool = False


# The number of the opt-out entry in the built-in menu.
MENU = Builtin("3", Kind.OPT_OUT, Reach.MESSAGE, "")


@cache
def patterns() -> tuple[Builtin, ...]:
    """Every row of the phrase table of a new installation, the core first."""
    files = LANGUAGES.items()
    others = (phrase for name, language in files for phrase in _read(name, language))
    return (*core(), MENU, *others)


@cache
def core() -> tuple[Builtin, ...]:
    """The opt-out words that hold whatever the phrase table says."""
    return tuple(phrase._replace(core=True) for phrase in _read("core", ""))


def _read(name: str, language: str) -> Iterator[Builtin]:
    kind, reach = Kind.OPT_OUT, Reach.ANYWHERE
    named: dict[str, str] = {}
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        text = _NAME.sub(lambda match: named[match[1]], line.strip())
        if text.startswith("=="):
            kind_name, *rest = text.removeprefix("==").split()
            kind, reach = Kind(kind_name), Reach(rest[0]) if rest else Reach.ANYWHERE
        elif definition := _DEFINITION.fullmatch(text):
            named[definition[1]] = definition[2]
        elif text and not text.startswith("#"):
            yield Builtin(text, kind, reach, language)

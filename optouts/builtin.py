"""The phrases that a new installation starts with, read from `phrases/<language>.txt`.

A section `== opt_out sentence` names the kind and, for opt-outs, the reach of the patterns under
it, one a line (optouts.patterns). Case and accents do not matter.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from optouts.words import Kind, Reach

FOLDER = Path(__file__).parent / "phrases"
LANGUAGES = ("es", "en", "pt")


class Builtin(NamedTuple):
    text: str
    kind: Kind
    reach: Reach
    language: str


# The number of the opt-out entry in the built-in menu.
MENU = Builtin("3", Kind.OPT_OUT, Reach.MESSAGE, "")


def patterns() -> list[Builtin]:
    """Every row of the phrase table of a new installation."""
    return [MENU, *(phrase for language in LANGUAGES for phrase in _read(language))]


def _read(language: str) -> Iterator[Builtin]:
    kind, reach = Kind.OPT_OUT, Reach.ANYWHERE
    for line in (FOLDER / f"{language}.txt").read_text("utf-8").splitlines():
        if line.startswith("=="):
            name, *rest = line.removeprefix("==").split()
            kind, reach = Kind(name), Reach(rest[0]) if rest else Reach.ANYWHERE
        elif line.strip():
            yield Builtin(line.strip(), kind, reach, language)

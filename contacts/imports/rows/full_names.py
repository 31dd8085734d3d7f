"""One name of the several columns in which files keep its parts."""

import unicodedata
from collections.abc import Iterable

# Longer ones are no names, and are not worth comparing word by word.
_LONGEST = 400


def join_name(full: str, first: str, middle: str, last: Iterable[str], has_surname: bool) -> str:
    """The name as a person would write it, no part of it twice.

    `full` may be the given name alone, or have the surname as well: with `has_surname` its title
    says so. `last` are the surnames.
    """
    name = full or first
    surnames = [surname for surname in last if surname]
    if full and has_surname:
        for surname in surnames:
            name = _completed(name, surname)
        return name
    return _with_surnames(_completed(name, middle), surnames)


def _with_surnames(name: str, surnames: list[str]) -> str:
    """The surnames behind a given name, unless it ends with the first of them already.

    Rosa Rosa is a person, and so is Ana Soto Soto, whose parents are both called Soto.
    """
    if not name or len(name) + sum(map(len, surnames)) > _LONGEST:
        return " ".join([name, *surnames]).strip()
    known = [*map(_plain, name.split())]
    for count in range(len(surnames), 0, -1):
        sought = [_plain(word) for surname in surnames[:count] for word in surname.split()]
        if len(known) > len(sought) and known[-len(sought) :] == sought:
            return " ".join([name, *surnames[count:]])
    return " ".join([name, *surnames])


def _completed(name: str, part: str) -> str:
    """A name that may hold `part`, with what of it is lacking."""
    if not part or not name:
        return name or part
    if len(name) + len(part) > _LONGEST:
        return f"{name} {part}"
    words, added = name.split(), part.split()
    known, sought = [*map(_plain, words)], [*map(_plain, added)]
    if _stands_in(sought, known):
        return name
    shared = _shared_words(known, sought)
    return " ".join([*words, *added[shared:]])


def _stands_in(sought: list[str], known: list[str]) -> bool:
    size = len(sought)
    return any(known[at : at + size] == sought for at in range(len(known) - size + 1))


def _shared_words(known: list[str], sought: list[str]) -> int:
    """How many words end the one and begin the other: Ana Soto, Soto Rojas."""
    longest = min(len(known) - 1, len(sought))
    return next((size for size in range(longest, 0, -1) if known[-size:] == sought[:size]), 0)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if char.isalnum())

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
    if not (full and has_surname):
        name = _appended(name, middle, is_whole=True)
    for surname in last:
        name = _appended(name, surname, is_whole=has_surname and bool(full))
    return name


def _appended(name: str, part: str, *, is_whole: bool) -> str:
    """`name` and `part`, unless `name` has it: Rosa Rosa is a person, Ana Soto Soto is not."""
    if not part or not name:
        return name or part
    if len(name) + len(part) > _LONGEST:
        return f"{name} {part}"
    words, added = name.split(), part.split()
    known, sought = [*map(_plain, words)], [*map(_plain, added)]
    if is_whole:
        if _stands_in(sought, known):
            return name
        shared = _shared_words(known, sought)
        return " ".join([*words, *added[shared:]])
    ends_with_it = len(known) > len(sought) and known[-len(sought) :] == sought
    return name if ends_with_it else f"{name} {part}"


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

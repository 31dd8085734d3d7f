"""Seeded chance that does not depend on the order in which requests arrive."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def draw(*key: object) -> float:
    """A number in [0, 1) that is always the same for the same key."""
    text = "|".join(map(str, key))
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest()) / 2**56


def pick(choices: Sequence[T], *key: object) -> T:
    """One of the choices, always the same for the same key."""
    return choices[int(draw(*key) * len(choices))]

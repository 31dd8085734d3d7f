"""What takes long to count: kept in the process for a while, so that it is seldom counted.

Many look at the same page, and each page asks again by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Generic, TypeVar

from django.core.cache import caches
from django.utils import timezone

# What was counted is kept so many times as long as it took, and so many seconds at most: counting
# takes a twentieth of a processor's time, however many look.
TIMES, LONGEST = 20, 60.0
T = TypeVar("T")


@dataclass(frozen=True)
class Lately(Generic[T]):
    """What was counted, and when."""

    value: T
    at: datetime


def lately(name: str, count: Callable[[], T]) -> Lately[T]:
    """What `count` gives, or gave a while ago: at most a minute.

    `name` has the id of the row that it is about: it must be of one business alone. What is kept
    has no words in it, which would be those of one reader's language.
    """
    known: Lately[T] | None = kept(name)
    if known is not None:
        return known
    begun = perf_counter()
    found = count()
    return keep(name, found, perf_counter() - begun)


def kept(name: str) -> Any:
    """What was counted a while ago under this name; None when it has to be counted."""
    return caches["process"].get(f"lately-{name}")


def keep(name: str, value: T, seconds: float) -> Lately[T]:
    """Keep what took so many seconds to count."""
    found = Lately(value, timezone.now())
    caches["process"].set(f"lately-{name}", found, min(LONGEST, TIMES * seconds))
    return found

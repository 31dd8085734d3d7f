"""What the search over everything is made of: each app finds its own, by settings.SEARCHES."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

# So many of each kind are shown; the list has the others.
MOST_FOUND = 8


@dataclass
class Search:
    """What is searched, and for whom. `known` is what one kind found and another goes on from."""

    text: str
    user: Any
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """One thing that was found, and its page."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """What one kind of things gave; `more_url` is the list with all that match.

    `note` says where it was looked for, if not everywhere: the page says it also of no hits.
    """

    label: Promise | str
    icon: str
    hits: list[Hit] = field(default_factory=list)
    more_url: str = ""
    note: str = ""

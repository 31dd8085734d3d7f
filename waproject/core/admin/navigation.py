"""What the navigation of the site is made of: places, the entries in them, the pages they lead to.

Each app registers its own by settings.NAVIGATION, as paths to a Place. Several may have the same
name: the first that has a label draws the place, and the others add their entries to it. Entries
of one name are joined too, and the pages of an entry are tabs beside each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Promise | str


@dataclass(frozen=True)
class Link:
    """A page: the list of a model (`contacts.contact`), or a page by the name of its address.

    A list shows to whoever may see it, another page to whom `is_open` lets in.
    """

    model: str = ""
    page: str = ""
    args: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    label: Words = ""  # empty: the plural of the model
    is_open: Callable[[Any], bool] = lambda user: True


@dataclass(frozen=True)
class Entry:
    """One line below a place; it leads to the first of its pages that the reader may see."""

    name: str
    label: Words
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Place:
    """One line of the navigation. `count` says how many things wait there for this user."""

    name: str
    entries: tuple[Entry, ...]
    label: Words = ""
    icon: str = ""
    count: Callable[[Any], int] | None = None
    is_on_phone: bool = False


def listed(model: str, label: Words, **query: str) -> Entry:
    """An entry of one list."""
    name = model + "".join(f"?{key}" for key in query)
    return Entry(name, label, (Link(model, label=label, query=tuple(query.items())),))


# The place of what is set up once, and its entry of what the system writes down by itself.
SETTINGS = "settings"
LOGS = "logs"
# The pages about the reader's own account, which stand in the menu of their name.
ACCOUNT = "account"


def logs(*models: str) -> Place:
    """The lists of an app that are there to look things up, below Settings."""
    return Place(SETTINGS, (Entry(LOGS, _("Logs"), tuple(map(Link, models))),))

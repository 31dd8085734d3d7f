"""What the page of a person is made of. Each app that knows something of people registers a Part.

settings.PERSON_PAGE names the parts, in the order in which the page shows what they say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from contacts.models import Contact

Words = Promise | str


@dataclass(frozen=True)
class Bubble:
    """What was said: by the person, or to them.

    `kind` is what it is beside a text, such as a tapped button; `buttons` are those below it.
    """

    text: str
    is_ours: bool = False
    kind: str = ""
    buttons: Sequence[str] = ()


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `number` orders those of one source at the same moment.

    The sentence may be HTML, by format_html. An entry with a `delete_url` may be deleted there.
    """

    at: datetime
    number: int
    icon: str
    sentence: str
    tone: str = ""
    details: Sequence[str] = ()
    said: Sequence[Bubble] = ()
    delete_url: str = ""


class Place(NamedTuple):
    """Where a page of a timeline ended, as a source sees it: its rows below come next.

    Of the rows at that very moment, those with a number below `number`.
    """

    moment: datetime
    number: int


@dataclass(frozen=True)
class Window:
    """The stretch of a source that a page needs: the latest `count` rows below a place."""

    count: int
    below: Place | None = None

    def latest(self, rows: "QuerySet[Any, Any]", moment: str, number: str = "pk") -> list[Any]:
        """The rows of the stretch; `moment` and `number` are the fields that order them."""
        if self.below is not None:
            before = Q(**{f"{moment}__lt": self.below.moment})
            same = Q(**{moment: self.below.moment, f"{number}__lt": self.below.number})
            rows = rows.filter(before | same)
        return list(rows.order_by(f"-{moment}", f"-{number}")[: self.count])

    def holds(self, moment: datetime, number: int) -> bool:
        """Whether something that is no row of a table is below the place."""
        return self.below is None or (moment, number) < self.below


@dataclass(frozen=True)
class Kind:
    """Sources that a reader asks for together."""

    name: str
    label: Words


@dataclass(frozen=True)
class Source:
    """One kind of things that happen to people.

    `entries` gives those of a window, for a user with all the permissions, by as many queries
    however many there are.
    """

    kind: Kind
    permissions: tuple[str, ...]
    entries: Callable[[Contact, Any, Window], list[Entry]]


@dataclass(frozen=True)
class Standing:
    """Whether something may be sent to the person, and why not.

    `chip` says it in few words beside the name; empty where it is of no weight there.
    """

    title: Words
    words: Words
    tone: str = ""
    chip: Words = ""
    url: str = ""


@dataclass(frozen=True)
class Act:
    """Something to do with the person, on a page of its own."""

    label: Words
    url: str
    icon: str = ""


@dataclass(frozen=True)
class Line:
    words: Words
    at: datetime


@dataclass(frozen=True)
class Box:
    """A few lines beside the timeline, the latest first."""

    title: Words
    lines: Sequence[Line]
    acts: Sequence[Act] = ()


@dataclass(frozen=True)
class Record:
    """A list that has rows of this person."""

    label: Words
    url: str
    count: int


@dataclass(frozen=True)
class Facts:
    """What a part says besides what happened. `primary` is the one thing that is mostly done."""

    standings: Sequence[Standing] = ()
    boxes: Sequence[Box] = ()
    records: Sequence[Record] = ()
    acts: Sequence[Act] = ()
    primary: Act | None = None


def _nothing(contact: Contact, user: Any) -> Facts:
    return Facts()


@dataclass(frozen=True)
class Part:
    """What one app knows of people; `facts` leaves out what the user may not see."""

    sources: tuple[Source, ...] = ()
    facts: Callable[[Contact, Any], Facts] = _nothing


@dataclass
class Gathered:
    """The facts of all parts, in the order of the parts."""

    standings: list[Standing] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    primary: Act | None = None


def parts() -> list[Part]:
    return [import_string(path) for path in settings.PERSON_PAGE]


def gathered(contact: Contact, user: Any) -> Gathered:
    """What all parts say of a person, as this user may see it."""
    found = Gathered()
    for part in parts():
        facts = part.facts(contact, user)
        found.standings.extend(facts.standings)
        found.boxes.extend(facts.boxes)
        found.records.extend(one for one in facts.records if one.count)
        found.acts.extend(facts.acts)
        found.primary = found.primary or facts.primary
    return found


def sources(user: Any) -> Iterator[Source]:
    """The sources that this user may read."""
    for part in parts():
        yield from (one for one in part.sources if user.has_perms(one.permissions))

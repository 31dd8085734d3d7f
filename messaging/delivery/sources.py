"""Those who have something to send: what they are asked, and what they are told.

A source is registered in settings.DELIVERY_SOURCES by the kind of its streams. It keeps a row of
its own for each delivery, with the same token.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from messaging.delivery.models import DeliveryStream
from messaging.delivery.reasons import NO_REASON, Why
from messaging.providers.errors import ErrorRule

if TYPE_CHECKING:
    from messaging.delivery.claiming.due import Due

# Where the news of an outcome comes from.
ENGINE, WEBHOOK, POLLING = "engine", "webhook", "polling"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of deliveries that are due, by id: those never to leave, with the reason; those that wait."""

    never: dict[int, Why] = field(default_factory=dict)
    later: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one delivery. `token` finds the source's own row.

    `address` is where it went, `attempts` and `retries` how often it was tried in all, `attached`
    the id of the file that was to go with it. An accepted one has the provider's `sid`; the others
    the reason why not, and what the provider said.
    """

    token: str
    stream: DeliveryStream
    at: datetime
    contact_id: int
    address: str
    attempts: int = 0
    retries: int = 0
    sid: str = ""
    why: Why = NO_REASON
    error_code: str | None = None
    error_message: str = ""
    rule: ErrorRule | None = None
    body: str = ""
    asked_by: int | None = None
    attached: str = ""

    @property
    def source_id(self) -> int:
        return self.stream.source_id


@dataclass
class News:
    """What became of deliveries of one kind, for their source to write down.

    It is told inside the transaction in which the deliveries are deleted or, the `deferred` ones,
    wait again.
    """

    origin: str = ENGINE
    accepted: list[Change] = field(default_factory=list)
    failed: list[Change] = field(default_factory=list)
    skipped: list[Change] = field(default_factory=list)
    deferred: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """The functions of one source.

    `may_leave` says which of a stream's deliveries that are due may not go now, inside the claim's
    transaction; without it all may. `became` takes what became of them, inside the transaction that
    moves them. `halted` is told that streams of these sources cannot send until a person mends
    something, with the reason (streams that `can_pause` need it); `drained` that nothing is left of
    these.
    """

    became: Callable[[News], None]
    may_leave: Callable[[DeliveryStream, "Sequence[Due]", datetime], Verdict] | None = None
    halted: Callable[[Sequence[int], Why], None] | None = None
    drained: Callable[[Sequence[int]], None] | None = None


def source_of(kind: str) -> Source:
    """The registered source of a kind of stream. KeyError when there is none."""
    return _imported(settings.DELIVERY_SOURCES[kind])


@lru_cache
def _imported(name: str) -> Source:
    found: Source = import_string(name)
    return found


class Bulletin:
    """News of several kinds, gathered within one transaction and told at its end."""

    def __init__(self, origin: str = ENGINE) -> None:
        self.origin = origin
        self._news: dict[str, News] = {}

    def of(self, kind: str) -> News:
        return self._news.setdefault(kind, News(self.origin))

    def tell(self) -> None:
        for kind, news in sorted(self._news.items()):
            source_of(kind).became(news)
        self._news.clear()

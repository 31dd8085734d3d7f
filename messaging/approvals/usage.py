"""How often a version of a template was sent, and what became of it.

A query over what campaigns keep, and no log of its own: settings.TEMPLATE_USAGE names the function.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class UsedBy:
    """One campaign that sent a version."""

    pk: int
    name: str
    at: datetime | None


@dataclass(frozen=True)
class VersionUsage:
    """The people to whom a version was sent. `sent` to `replied` count all who got so far.

    `costs` has the sum of each currency, as far as the provider has told. `campaigns` are the
    latest few; `count` says how many there are.
    """

    count: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    opted_out: int = 0
    failed: int = 0
    costs: Mapping[str, Decimal] = field(default_factory=dict)
    campaigns: tuple[UsedBy, ...] = ()

    @property
    def last_at(self) -> datetime | None:
        return self.campaigns[0].at if self.campaigns else None


Usage = Callable[[Iterable[int]], dict[int, VersionUsage]]


def usage_of(version_ids: Iterable[int]) -> dict[int, VersionUsage]:
    """The usage of each of these versions that was used, by id; a few queries for any number."""
    used: Usage = import_string(settings.TEMPLATE_USAGE)
    return used(version_ids)

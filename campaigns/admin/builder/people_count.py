"""How many people an audience has, for the pages of a draft.

A business with few people has them counted with the page. In a large one that takes longer than a
page may: it shows the last number that was counted, and asks for the new one once it is there.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from hashlib import sha256
from time import time
from typing import Any

from django.core.cache import cache

from campaigns.audience.filters import Audience, AudienceCount
from campaigns.audience.values import AudienceError
from campaigns.models import Campaign
from contacts.models import Contact
from contacts.permissions import may_count_people
from waproject.core.db.counting import count_up_to
from waproject.tenants.scope import current_tenant_id

# A business with no more people is counted within some milliseconds.
FEW_PEOPLE = 5_000
KEPT_SECONDS = 7 * 24 * 3600

# Whoever goes from step to step, or comes back, does not have everybody counted each time.
FRESH_SECONDS = 60

Told = Mapping[str, Any]


@dataclass(frozen=True)
class _Counted:
    """A count, and when it was made, in seconds."""

    matched: int
    reachable: int
    at: float

    @property
    def count(self) -> AudienceCount:
        return AudienceCount(self.matched, self.reachable)

    @property
    def is_fresh(self) -> bool:
        return time() - self.at < FRESH_SECONDS


def people_now(user: Any, audience: Audience | None, channel: str) -> Told:
    """The size of an audience on a channel, for a page that this user reads.

    In a large business it is at most FRESH_SECONDS old.
    """
    if audience is None:
        return _told(user, None, None)
    if _is_small():
        return _told(user, audience, audience.count(channel))
    known = _known(audience, channel)
    if not (known and known.is_fresh):
        count = audience.count(channel)
        known = _Counted(count.matched, count.reachable, time())
        cache.set(_key(audience, channel), astuple(known), KEPT_SECONDS)
    return _told(user, audience, known.count)


def people_soon(user: Any, audience: Audience | None, channel: str) -> Told:
    """The same where it takes little time; else the last size that was counted, or none.

    `is_late` says that the page has to ask for the size of now.
    """
    if audience is None or _is_small():
        return people_now(user, audience, channel)
    known = _known(audience, channel)
    told = _told(user, audience, known.count if known else None)
    return {**told, "is_late": not (known and known.is_fresh)}


def stored_audience(campaign: Campaign) -> Audience | None:
    """The audience of a campaign; None where it cannot be read."""
    try:
        return Audience.from_json(campaign.audience)
    except AudienceError:
        return None


def _told(user: Any, audience: Audience | None, count: AudienceCount | None) -> dict[str, Any]:
    if audience is None or count is None:
        return {"audience": audience}
    return {
        "audience": audience,
        "count": count,
        "left_out": count.matched - count.reachable,
        "may_count": may_count_people(user, count.matched),
    }


def _is_small() -> bool:
    return count_up_to(Contact.objects.all(), FEW_PEOPLE + 1) <= FEW_PEOPLE


def _known(audience: Audience, channel: str) -> _Counted | None:
    kept = cache.get(_key(audience, channel))
    return _Counted(*kept) if kept else None


def _key(audience: Audience, channel: str) -> str:
    described = json.dumps([audience.to_json(), channel], sort_keys=True)
    return f"people-{current_tenant_id()}-{sha256(described.encode()).hexdigest()}"

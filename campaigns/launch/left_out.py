"""The people of an audience whom a launch would skip, one by one, for whoever looks before it.

They are looked at as the launch will, some at a time: a page has no time for everyone's text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils import timezone

from campaigns.launch.checks import Check
from campaigns.launch.people import Addressee, addressees
from campaigns.models import Campaign
from contacts.plain import PlainContact
from messaging.delivery.reasons import Why
from optouts.reachability import Barrier, may_write

# A page looks at so many people, or at fewer where the database finds those with a barrier.
LOOKED_AT = 1_000
LOOKED_AT_BARRED = 250
_FOUND_BY_QUERY = {
    *(Barrier.OPTED_OUT, Barrier.DUPLICATE, Barrier.INVALID),
    *(Barrier.BLOCKED, Barrier.HELD, Barrier.NO_ADDRESS),
}


@dataclass(frozen=True)
class LeftOutPerson:
    contact: PlainContact
    reason: Why


@dataclass(frozen=True)
class LeftOutPeople:
    """Those found among the people looked at. `after` leads on; None when that was everyone."""

    people: list[LeftOutPerson]
    after: int | None


def people_left_out(campaign: Campaign, code: str = "", *, after: int = 0) -> LeftOutPeople:
    """Whom a launch would skip now, for the reason with this code or for any.

    Looks at people whose id is above `after`. Raises AudienceError when the campaign's audience
    cannot be read.
    """
    check = Check(campaign, now=timezone.now())
    everyone, most = check.audience.matches().filter(pk__gt=after), LOOKED_AT
    if code in _FOUND_BY_QUERY:
        everyone, most = everyone.filter(~may_write(campaign.sender.channel)), LOOKED_AT_BARRED
    ids = list(everyone.values_list("pk", flat=True)[: most + 1])
    looked_at, has_more = ids[:most], len(ids) > most
    audience = replace(check.audience, contact_ids=looked_at)
    batches = addressees(campaign, audience) if looked_at else iter(())
    return LeftOutPeople(list(_left_out(check, batches, code)), looked_at[-1] if has_more else None)


def _left_out(
    check: Check, batches: Iterator[list[Addressee]], code: str
) -> Iterator[LeftOutPerson]:
    for people in batches:
        for one in people:
            reason = check.why_left_out(one)
            if reason and code in ("", reason.code):
                yield LeftOutPerson(one.contact, reason)

"""To how many people a sender may write first within 24 hours, and what decides it.

The least counts: what staff entered, WhatsApp's tier, and the step of the warm-up plan. While
WhatsApp thinks less of the sender, a share of that; where none of them says a number, a share of
the largest tier that has one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.models import Sender
from messaging.states import TIER_PEOPLE, Quality

DAY = timedelta(hours=24)
# A sender without a limit that falls is slowed as if it had this one.
MOST_PEOPLE = max(TIER_PEOPLE.values())


class Reason(models.TextChoices):
    """What decides how many people it is."""

    NONE = "none", _("nothing")
    OWN = "own", _("the limit that was entered")
    TIER = "tier", _("WhatsApp's limit")
    WARM_UP = "warm_up", _("the warm-up plan")
    QUALITY = "quality", _("the quality, which has fallen")


@dataclass(frozen=True, slots=True)
class Allowance:
    """`people` a day, None without a limit. `changes_at`: when the warm-up plan allows more."""

    people: int | None
    reason: Reason
    changes_at: datetime | None = None


def allowance(sender: Sender, now: datetime, *, begun_at: datetime | None = None) -> Allowance:
    """What a sender may do now. A plan that has not begun is taken to begin at `begun_at`, or now.

    Asks the database for nothing.
    """
    limits = [(sender.daily_limit, Reason.OWN), (TIER_PEOPLE.get(sender.tier), Reason.TIER)]
    step, changes_at = _step(sender, now, begun_at or now)
    limits.append((step, Reason.WARM_UP))
    known = [(people, reason) for people, reason in limits if people is not None]
    share = _share(sender)
    if not known and share == 100:
        return Allowance(None, Reason.NONE)
    people, reason = min(known, key=lambda one: one[0], default=(MOST_PEOPLE, Reason.NONE))
    if share < 100 and people:
        people, reason = max(1, people * share // 100), Reason.QUALITY
    return Allowance(people, reason, changes_at)


def _step(sender: Sender, now: datetime, begun_at: datetime) -> tuple[int | None, datetime | None]:
    """The plan's number for now, and when its next one comes; nothing when the plan is over."""
    if not sender.warm_up:
        return None, None
    since = sender.warm_up_since or begun_at
    day = max(0, (now - since) // DAY)
    if day >= len(sender.warm_up):
        return None, None
    return int(sender.warm_up[day]), since + (day + 1) * DAY


def _share(sender: Sender) -> int:
    """How much of its people a sender may write to, in percent."""
    shares = {
        Quality.YELLOW.value: sender.share_when_medium,
        Quality.RED.value: sender.share_when_low,
    }
    return int(shares.get(sender.quality, 100))

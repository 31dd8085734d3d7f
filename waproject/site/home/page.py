"""The first page as one reader sees it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.pricing.actions import SEE_PRICES
from waproject.site.home.budget import MOST_SENDERS, costs, quotas
from waproject.site.home.campaigns import campaigns
from waproject.site.home.chart import chart
from waproject.site.home.counts import Counts, counts
from waproject.site.home.matters import matters
from waproject.site.home.replies import replies
from waproject.site.home.steps import steps
from waproject.site.home.today import SHOWN, last_days, stats
from waproject.site.home.troubles import troubles

# Figures and charts.
VIEW_ANALYTICS = "campaigns.view_analytics"
NOON, EVENING = 12, 20


def home(user: Any) -> dict[str, Any]:
    """What the template shows, by what the user may see. Eight queries at most."""
    moving, counted, limits = campaigns(user), counts(), quotas(user)
    return {
        "greeting": greeting(),
        "matters": matters(user, counted, troubles(user), moving, limits),
        "campaigns": moving,
        "steps": steps(user, counted),
        "replies": replies(user),
        "quotas": limits[:MOST_SENDERS],
        **(_figures(user, counted) if user.has_perm(VIEW_ANALYTICS) else {}),
    }


def _figures(user: Any, counted: Counts) -> dict[str, Any]:
    days = last_days(user)
    drawn = chart(days)
    if not (drawn or counted.launched):
        return {}
    return {
        "stats": stats(user, days, counted),
        "chart": drawn,
        "days": days[: -SHOWN - 1 : -1],
        "costs": costs(days) if user.has_perm(SEE_PRICES) else [],
    }


def greeting() -> str:
    """By the clock of the business."""
    hour = timezone.localtime().hour
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")

"""What is asked again before a campaign is sent at once: it has a date, or people sleep."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from waproject.core.text.moments import said

# By the clock of the business. Whoever is written to at night complains, and rightly.
NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)
MORNING = time(10)


def question(campaign: Campaign, now: datetime) -> str:
    """What to ask before it is sent at once; empty where there is nothing to ask."""
    if campaign.scheduled_at and campaign.scheduled_at > now:
        return _("It has a date: %(when)s. Sent at once, it does not wait for that.") % {
            "when": said(campaign.scheduled_at)
        }
    if is_night(now) and campaign.hours.always_open:
        return _(
            "It is %(clock)s, and the campaign has no sending hours: people may be asleep."
        ) % {"clock": timezone.localtime(now).strftime("%H:%M")}
    return ""


def is_night(now: datetime) -> bool:
    clock = timezone.localtime(now).time()
    return clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def next_morning(now: datetime) -> datetime:
    """The next time that the clock of the business shows MORNING."""
    local = timezone.localtime(now)
    today = timezone.make_aware(datetime.combine(local.date(), MORNING))
    if today > now:
        return today
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), MORNING))


def offer_of_the_morning(now: datetime) -> str:
    """What the button says that waits for it."""
    morning, today = next_morning(now), timezone.localtime(now).date()
    clock = {"clock": morning.strftime("%H:%M")}
    if morning.date() == today:
        return _("Send today at %(clock)s") % clock
    return _("Send tomorrow at %(clock)s") % clock
